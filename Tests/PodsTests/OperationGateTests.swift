// Operations pass one at a time, waits end, and the work goes on.

import Linux
import Synchronization
import Testing

@testable import Pods

@Suite("Operation gates")
struct OperationGateTests {
  private let gates = OperationGates()

  /// What happened, in order.
  private final class Diary: Sendable {
    private let entries = Mutex<[String]>([])
    func write(_ entry: String) { entries.withLock { $0.append(entry) } }
    var text: [String] { entries.withLock { $0 } }
  }

  /// Opened once, by somebody else.
  private final class Door: Sendable {
    private let result = OperationResult()
    func open() { result.set(.success(())) }
    func wait() async { await result.end() }
  }

  private func waitUntil(_ condition: () -> Bool) async throws {
    for _ in 0..<2000 where !condition() { try await Task.sleep(for: .milliseconds(1)) }
    #expect(condition())
  }

  @Test("operations of one gate pass in the order of the requests, one at a time")
  func order() async throws {
    let (diary, door) = (Diary(), Door())
    let gates = gates
    let first = Task {
      try await gates.run("a", "first") { _ in
        diary.write("first in")
        await door.wait()
        diary.write("first out")
      }
    }
    try await waitUntil { diary.text == ["first in"] }
    let second = Task { try await gates.run("a", "second") { _ in diary.write("second") } }
    try await gates.run("b", "other") { _ in diary.write("other gate") }
    #expect(diary.text == ["first in", "other gate"])
    door.open()
    try await first.value
    try await second.value
    #expect(diary.text == ["first in", "other gate", "first out", "second"])
    #expect(!gates.isBusy("a"))
  }

  @Test("who asks for the same joins the running operation and gets its result")
  func join() async throws {
    let (diary, door) = (Diary(), Door())
    let gates = gates
    let tasks = (0..<5).map { _ in
      Task {
        try await gates.run("a", "make") { _ in
          diary.write("made")
          await door.wait()
          return 7
        }
      }
    }
    try await waitUntil { diary.text == ["made"] }
    try await Task.sleep(for: .milliseconds(20))
    door.open()
    for task in tasks { #expect(try await task.value == 7) }
    #expect(diary.text == ["made"])
  }

  @Test("a caller that goes away ends its wait and not the work; who comes again gets the result")
  func cancellation() async throws {
    let (diary, door) = (Diary(), Door())
    let gates = gates
    let first = Task {
      try await gates.run("a", "make") { progress in
        progress.enter("network")
        await door.wait()
        diary.write("done")
        return 7
      }
    }
    try await waitUntil { gates.holder("a")?.stage == "network" }
    first.cancel()
    let error = await #expect(throws: PodError.self) { try await first.value }
    #expect(error?.reason == .deadlineExceeded)
    #expect(error?.message.contains("'network'") == true, "\(error?.message ?? "")")
    #expect(diary.text.isEmpty)
    let second = Task { try await gates.run("a", "make") { _ in 8 } }
    door.open()
    #expect(try await second.value == 7 || diary.text == ["done"])
  }

  @Test("a failure reaches every waiter, and the next operation passes")
  func failure() async throws {
    await #expect(throws: PodError(.failed, "no")) {
      try await gates.run("a", "make") { _ in throw PodError(.failed, "no") }
    }
    #expect(try await gates.run("a", "make") { _ in 1 } == 1)
  }
}

@Suite("Worker pool")
struct WorkerPoolTests {
  @Test("work of one lane runs in order and holds one thread at most")
  func lanes() async throws {
    let pool = WorkerPool("test", threads: 4)
    let tally = Tally()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask { try await pool.run("lane \(number % 2)") { tally.pass() } }
      }
      try await group.waitForAll()
    }
    #expect(tally.passed == 50)
    #expect(tally.most <= 2)
  }

  /// How many were at work at once.
  private final class Tally: Sendable {
    private let state = Mutex((now: 0, most: 0, passed: 0))

    func pass() {
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      Linux.sleep(milliseconds: 1)
      state.withLock {
        $0.now -= 1
        $0.passed += 1
      }
    }

    var passed: Int { state.withLock { $0.passed } }
    var most: Int { state.withLock { $0.most } }
  }

  @Test("what a body throws comes back")
  func failure() async {
    let pool = WorkerPool("test", threads: 1)
    await #expect(throws: PodError(.failed, "x")) { try await pool.run("a") { throw PodError(.failed, "x") } }
    #expect((try? await pool.run("a") { 3 }) == 3)
  }
}
