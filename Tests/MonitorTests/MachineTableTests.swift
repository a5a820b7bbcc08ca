// The whole table of phases and events.

import Linux
import Testing

@testable import ContainerMonitor

/// The machine in a phase, as it gets there.
func machine(_ phase: Phase, _ conditions: Machine.Conditions = []) -> Machine {
  var machine = Machine(conditions)
  if phase == .creating { return machine }
  if conditions.contains(.terminal) { _ = machine.handle(.terminalReceived) }
  _ = machine.handle(.runtimeExited(.exited(0)))
  if phase == .starting { return machine }
  _ = machine.handle(.pidRead(7))
  if phase == .ended { _ = machine.handle(.containerExited(0)) }
  return machine
}

/// One event of each kind.
let everyEvent: [Event] = [
  .runtimeExited(.exited(0)), .runtimeExited(.exited(1)), .runtimeExited(.signaled(9)), .pidRead(7),
  .pidMissing("no file"), .containerExited(3), .terminalReceived, .outputEnded(.stdout), .outputEnded(.stderr),
  .timedOut, .signalled(15), .resizeAsked(WindowSize(rows: 2, columns: 3)), .reopenAsked, .clientArrived,
  .clientClosedInput, .memoryExhausted, .failed("broken"),
]

private let failing: [Effect] = [
  .finishLog, .closeInherited, .closeClients, .removeLinks, .runExitCommand, .end(1),
]

private func ending(_ code: Int32, answer: Effect? = nil) -> [Effect] {
  [.recheckMemory, .drain(.stdout), .drain(.stderr), .finishLog, .closeInherited, .writeExitFiles(code)]
    + (answer.map { [$0] } ?? []) + [.closeClients, .removeLinks, .runExitCommand, .end(code)]
}

private func timeout(_ answer: Effect? = nil) -> [Effect] {
  [.recheckMemory, .abandon(.stdout), .abandon(.stderr), .finishLog, .killContainer, .closeInherited]
    + [.writeExitFiles(-1)] + (answer.map { [$0] } ?? []) + [.closeClients, .removeLinks, .runExitCommand, .end(-1)]
}

@Suite("Machine, the table")
struct MachineTableTests {
  /// What each event does in each phase; what is not in the table does nothing.
  static let table: [(Phase, Event, [Effect])] = [
    (.creating, .runtimeExited(.exited(0)), [.readPid]),
    (.creating, .runtimeExited(.exited(1)), [.answerRuntimeFailure("the runtime ended with status 1")] + failing),
    (
      .creating, .runtimeExited(.signaled(9)),
      [.answerRuntimeFailure("the runtime ended with status 137")] + failing
    ),
    (.creating, .signalled(15), [.signalRuntime(15)]),
    (.creating, .reopenAsked, [.reopenLog]),
    (.creating, .clientArrived, [.admitClient]),
    (.creating, .failed("broken"), [.signalRuntime(9), .answerFailure("broken")] + failing),
    (.starting, .pidRead(7), [.watch(pid: 7), .answer(7), .open(.stdout), .open(.stderr)]),
    (.starting, .pidMissing("no file"), [.answerRuntimeFailure("no file")] + failing),
    (.starting, .reopenAsked, [.reopenLog]),
    (.starting, .clientArrived, [.admitClient]),
    (.starting, .failed("broken"), [.answerFailure("broken")] + failing),
    (.running, .containerExited(3), ending(3)),
    (.running, .outputEnded(.stdout), [.close(.stdout)]),
    (.running, .outputEnded(.stderr), [.close(.stderr)]),
    (.running, .timedOut, timeout()),
    (.running, .signalled(15), [.signalContainer(15)]),
    (.running, .reopenAsked, [.reopenLog]),
    (.running, .clientArrived, [.admitClient]),
    (.running, .memoryExhausted, [.writeOOMFiles]),
  ]

  @Test("an event in a phase has the effects of the table", arguments: Phase.allCases)
  func table(phase: Phase) {
    for event in everyEvent {
      var machine = machine(phase)
      let expected = Self.table.first { $0.0 == phase && $0.1 == event }?.2 ?? []
      #expect(machine.handle(event) == expected, "\(phase) \(event)")
    }
  }

  @Test("an exec tells its exit code to the caller")
  func exec() {
    var machine = machine(.running, [.exec])
    #expect(machine.handle(.containerExited(3)) == ending(3, answer: .answer(3)))
  }

  @Test("an exec that times out says so in the words that callers compare")
  func execTimeout() {
    var machine = machine(.running, [.exec])
    #expect(machine.handle(.timedOut) == timeout(.answerFailure("command timed out")))
  }

  @Test("an exec's runtime may end with the code of the command: only the pid file tells whether it failed")
  func execRuntimeCode() {
    var machine = machine(.creating, [.exec])
    #expect(machine.handle(.runtimeExited(.exited(1))) == [.readPid])
    #expect(machine.handle(.pidMissing("x")) == [.answerRuntimeFailure("x")] + failing)
  }

  @Test("callers of the older exec get no pid")
  func legacyExec() {
    var machine = machine(.starting, [.exec, .silentAboutPid])
    #expect(machine.handle(.pidRead(7)) == [.watch(pid: 7), .open(.stdout), .open(.stderr)])
  }

  @Test("a terminal that the runtime does not hand over is a failure")
  func noTerminal() {
    var machine = machine(.creating, [.terminal])
    #expect(
      machine.handle(.runtimeExited(.exited(0))) == [.answerFailure("Runtime did not set up terminal")] + failing)
  }

  @Test("a resize waits for the terminal, and the last one counts")
  func resizeBeforeTerminal() {
    var machine = machine(.creating, [.terminal])
    #expect(machine.handle(.resizeAsked(WindowSize(rows: 1, columns: 1))) == [])
    #expect(machine.handle(.resizeAsked(WindowSize(rows: 5, columns: 6))) == [])
    #expect(machine.handle(.terminalReceived) == [.setWindowSize(WindowSize(rows: 5, columns: 6))])
    #expect(
      machine.handle(.resizeAsked(WindowSize(rows: 7, columns: 8))) == [.setWindowSize(WindowSize(rows: 7, columns: 8))]
    )
  }

  @Test("a client's end of input ends the container's, once and only where that is asked for")
  func closesInput() {
    var closing = machine(.running, [.closesInput])
    #expect(closing.handle(.clientClosedInput) == [.closeInput])
    #expect(closing.handle(.clientClosedInput) == [])
    var leaving = machine(.running)
    #expect(leaving.handle(.clientClosedInput) == [])
  }

  @Test("a signal between the runtime's end and the pid reaches the container")
  func waitingSignal() {
    var machine = machine(.starting)
    #expect(machine.handle(.signalled(2)) == [])
    #expect(machine.handle(.pidRead(7)).last == .signalContainer(2))
  }

  @Test("memory that runs out again is not news")
  func memoryOnce() {
    var machine = machine(.running)
    #expect(machine.handle(.memoryExhausted) == [.writeOOMFiles])
    #expect(machine.handle(.memoryExhausted) == [])
  }

  @Test("with passthrough no output comes here")
  func passthrough() {
    var machine = machine(.starting, [.passthrough])
    #expect(machine.handle(.pidRead(7)) == [.watch(pid: 7), .answer(7)])
    let effects = machine.handle(.containerExited(0))
    #expect(!effects.contains(.drain(.stdout)) && effects.contains(.writeExitFiles(0)))
  }
}
