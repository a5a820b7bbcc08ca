// What is done after the daemon was away, as a table.

import Testing

@testable import Pods

@Suite("Recovery")
struct RecoveryTests {
  private static func container(_ id: String, _ state: ContainerRecord.State) -> ContainerRecord {
    var record = ContainerRecord(
      id: id, podID: "pod", configuration: ContainerConfiguration(), created: 1, folder: "/c/" + id)
    record.state = state
    return record
  }

  private static func pod(_ id: String, _ state: PodRecord.State) -> PodRecord {
    var record = PodRecord(id: id, configuration: PodConfiguration(), created: 1, folder: "/p/" + id)
    record.state = state
    return record
  }

  private enum Living { case process, monitor }

  private static func facts(
    _ living: Set<Living> = [], started: Bool = false, exit: (code: Int32, finished: Int64)? = nil
  ) -> ContainerFacts {
    var facts = ContainerFacts()
    facts.isProcessAlive = living.contains(.process)
    facts.isMonitorAlive = living.contains(.monitor)
    facts.wasStarted = started
    facts.exit = exit
    return facts
  }

  struct Row: Sendable, CustomStringConvertible {
    let description: String
    let state: ContainerRecord.State
    let facts: ContainerFacts
    let action: RecoveryAction?
  }

  static let rows = [
    Row(
      description: "half made: taken back, though it lives", state: .creating,
      facts: facts([.process, .monitor]),
      action: .rollBackContainer("c")),
    Row(
      description: "created and alive: waits on", state: .created, facts: facts([.process, .monitor]),
      action: .watch("c", isRunning: false)),
    Row(
      description: "started, but not recorded so: runs", state: .created,
      facts: facts([.process, .monitor], started: true), action: .watch("c", isRunning: true)),
    Row(
      description: "running and alive: watched", state: .running, facts: facts([.process, .monitor]),
      action: .watch("c", isRunning: true)),
    Row(
      description: "running without a monitor: watched", state: .running, facts: facts([.process]),
      action: .watch("c", isRunning: true)),
    Row(
      description: "dead, its monitor still at work: the code will come", state: .running, facts: facts([.monitor]),
      action: .watch("c", isRunning: true)),
    Row(
      description: "ended with a code", state: .running, facts: facts(exit: (3, 9)),
      action: .recordExit("c", code: 3, finished: 9, ranOutOfMemory: false)),
    Row(
      description: "created, ended with a code", state: .created, facts: facts(exit: (137, 9)),
      action: .recordExit("c", code: 137, finished: 9, ranOutOfMemory: false)),
    Row(
      description: "dead with its monitor: nobody knows", state: .running, facts: facts(),
      action: .recordUnknownEnd("c")),
    Row(description: "ended before: nothing", state: .exited, facts: facts(), action: nil),
  ]

  @Test("a container", arguments: rows)
  func container(row: Row) {
    var state = RecordedState()
    state.pods = [Self.pod("pod", .ready)]
    state.containers = [Self.container("c", row.state)]
    var facts = KernelFacts()
    facts.containers["c"] = row.facts
    #expect(state.recovery(facts) == [row.action].compactMap { $0 })
  }

  @Test("pods: half made ones are taken back, broken ones stopped, others left alone")
  func pods() {
    var state = RecordedState()
    state.pods = [Self.pod("a", .creating), Self.pod("b", .ready), Self.pod("c", .ready), Self.pod("d", .stopped)]
    var facts = KernelFacts()
    facts.brokenPods = ["c", "d"]
    #expect(state.recovery(facts) == [.rollBackPod("a"), .stopPod("c")])
  }

  @Test("after a boot everything is taken back, containers before their pods, strays last")
  func boot() {
    var state = RecordedState()
    state.pods = [Self.pod("pod", .ready)]
    state.containers = [Self.container("c", .exited)]
    state.owners = ["c", "pod", "stray"]
    var facts = KernelFacts()
    facts.isSameBoot = false
    #expect(state.recovery(facts) == [.rollBackContainer("c"), .rollBackPod("pod"), .rollBackStray("stray")])
  }

  @Test("a container without its pod is taken back")
  func orphan() {
    var state = RecordedState()
    state.containers = [Self.container("c", .running)]
    #expect(state.recovery(KernelFacts()) == [.rollBackContainer("c")])
  }

  @Test("an end has its words")
  func ends() {
    let cases: [(ContainerExit?, Int32, String)] = [
      (ContainerExit(code: 0, finished: 5, ranOutOfMemory: false), 0, "Completed"),
      (ContainerExit(code: 1, finished: 5, ranOutOfMemory: false), 1, "Error"),
      (ContainerExit(code: 137, finished: 5, ranOutOfMemory: true), 137, "OOMKilled"),
      (nil, 255, "ContainerStatusUnknown"),
    ]
    for (exit, code, reason) in cases {
      var record = Self.container("c", .running)
      record.end(exit)
      #expect(record.state == .exited && record.exitCode == code && record.reason == reason)
    }
  }
}
