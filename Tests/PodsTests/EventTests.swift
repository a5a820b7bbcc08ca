// Every change is told once, a start before its end, and who is too slow is not waited for.

import Testing

@testable import Pods

@Suite("Events")
struct EventTests {
  private let published = PublishedState()

  private func pod(_ state: PodRecord.State) -> PodRecord {
    var pod = PodRecord(id: "p", configuration: PodConfiguration(), created: 1, folder: "/p")
    pod.state = state
    return pod
  }

  private func container(_ state: ContainerRecord.State, started: Int64 = 0) -> ContainerRecord {
    var record = ContainerRecord(
      id: "c", podID: "p", configuration: ContainerConfiguration(), created: 1, folder: "/c")
    record.state = state
    record.started = started
    return record
  }

  /// What was told since the subscription.
  private func told(_ subscription: EventSubscription) async -> [String] {
    published.unsubscribe(subscription)
    var told: [String] = []
    for await event in subscription.events {
      let states = event.containers.map { "\($0.state)" }.joined(separator: ",")
      told.append("\(event.id) \(event.kind): \(event.pod.map { "\($0.state)" } ?? "-") \(states)")
    }
    return told
  }

  @Test("the life of a pod with a container")
  func life() async {
    let subscription = published.subscribe(limit: 100)
    published.publish(pod(.creating))
    published.publish(pod(.ready))
    published.publish(pod(.ready))
    published.publish(container(.creating))
    published.publish(container(.created))
    published.publish(container(.running, started: 1))
    published.publish(container(.running, started: 1))
    published.publish(pod(.stopped))
    published.publish(container(.exited, started: 1))
    published.tellStop(pod: "p")
    published.tellStop(pod: "p")
    published.remove(container: "c")
    published.remove(container: "c")
    published.remove(pod: "p")
    #expect(
      await told(subscription) == [
        "p created: ready ", "p started: ready ", "c created: ready created", "c started: ready running",
        "c stopped: stopped exited", "p stopped: stopped exited", "c deleted: stopped ", "p deleted: stopped ",
      ])
  }

  /// Begins where the runtime is about to start a container.
  private func subscriptionToStart() -> EventSubscription {
    published.publish(pod(.ready))
    published.publish(container(.created))
    let subscription = published.subscribe(limit: 100)
    published.beginStart("c")
    return subscription
  }

  @Test("an end that is seen before the runtime is back is told after the start")
  func shortProgram() async {
    let subscription = subscriptionToStart()
    published.publish(container(.exited))
    published.publish(container(.exited, started: 1))
    published.endStart("c")
    published.endStart("c")
    #expect(await told(subscription) == ["c started: ready exited", "c stopped: ready exited"])
  }

  @Test("an end between the start and the runtime's return is told once, and so is the start")
  func quickEnd() async {
    let subscription = subscriptionToStart()
    published.publish(container(.running, started: 1))
    published.publish(container(.exited, started: 1))
    published.endStart("c")
    #expect(await told(subscription) == ["c started: ready running", "c stopped: ready exited"])
  }

  @Test("a start that fails is none, and what ended unstarted has stopped")
  func failedStart() async {
    let subscription = subscriptionToStart()
    published.endStart("c")
    published.beginStart("c")
    published.publish(container(.exited))
    published.endStart("c")
    #expect(await told(subscription) == ["c stopped: ready exited"])
  }

  @Test("what is half made and taken back is not told")
  func halfMade() async {
    let subscription = published.subscribe(limit: 100)
    published.publish(pod(.creating))
    published.remove(pod: "p")
    published.publish(container(.creating))
    published.remove(container: "c")
    #expect(await told(subscription).isEmpty)
  }

  @Test("who is too slow learns of it, and the others get all")
  func slow() async throws {
    let (slow, other) = (published.subscribe(limit: 2), published.subscribe(limit: 3))
    published.publish(pod(.ready))
    published.tellStop(pod: "p")
    try await slow.overrun()
    #expect(await told(slow).count == 2)
    #expect(await told(other).count == 3)
  }
}
