// What holds in every order of events.

import Linux
import Testing

@testable import ContainerMonitor

/// Random numbers that are the same in every run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

@Suite("Machine, every order")
struct MachinePropertyTests {
  private static let conditions: [Machine.Conditions] = [
    [], [.exec], [.exec, .silentAboutPid], [.terminal], [.exec, .terminal], [.closesInput], [.passthrough],
  ]

  @Test("any order of events ends with one exit record, each output emptied before, one end", arguments: 0..<400)
  func anyOrder(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    for condition in Self.conditions {
      var machine = machine(.starting, condition)
      var effects = machine.handle(.pidRead(7))
      var order: [Event] = [.containerExited(3)]
      for _ in 0..<12 { order.append(everyEvent.randomElement(using: &numbers) ?? .reopenAsked) }
      order.shuffle(using: &numbers)
      for event in order { effects += machine.handle(event) }
      check(effects, condition, "seed \(seed), \(order)")
    }
  }

  private func check(_ effects: [Effect], _ condition: Machine.Conditions, _ what: String) {
    func places(_ matches: (Effect) -> Bool) -> [Int] { effects.indices.filter { matches(effects[$0]) } }
    let records = places { if case .writeExitFiles = $0 { true } else { false } }
    let ends = places { if case .end = $0 { true } else { false } }
    #expect(records.count == 1, "\(what)")
    #expect(ends == [effects.count - 1], "\(what)")
    #expect(places { $0 == .finishLog }.count == 1 && places { $0 == .closeClients }.count == 1, "\(what)")
    for kind in OutputKind.allCases where !condition.contains(.passthrough) {
      let opened = places { $0 == .open(kind) }
      let closed = places { $0 == .close(kind) || $0 == .drain(kind) || $0 == .abandon(kind) }
      #expect(opened.count == 1 && closed.count == 1, "\(what)")
      #expect(closed[0] < records[0] && closed[0] < places { $0 == .finishLog }[0], "\(what)")
    }
    let marks = places { $0 == .writeOOMFiles || $0 == .recheckMemory }
    #expect(marks.allSatisfy { $0 < records[0] }, "\(what)")
    let answers = places {
      switch $0 {
      case .answer, .answerFailure, .answerRuntimeFailure: true
      default: false
      }
    }
    let expected = (condition.contains(.silentAboutPid) ? 0 : 1) + (condition.contains(.exec) ? 1 : 0)
    #expect(answers.count == expected, "\(what)")
  }

  @Test("before there is a container any order ends with at most one answer of failure", arguments: 0..<200)
  func anyOrderBefore(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let early: [Event] = [
      .runtimeExited(.exited(1)), .pidMissing("x"), .failed("y"), .runtimeExited(.exited(0)), .signalled(15),
      .reopenAsked, .clientArrived, .terminalReceived,
    ]
    for condition in Self.conditions {
      var machine = Machine(condition)
      var effects: [Effect] = []
      for event in early.shuffled(using: &numbers) { effects += machine.handle(event) }
      let answers = effects.filter {
        switch $0 {
        case .answerFailure, .answerRuntimeFailure: true
        default: false
        }
      }
      #expect(answers.count == 1)
      #expect(machine.phase == .ended)
      if case .end(1)? = effects.last {} else { Issue.record("no end: \(effects)") }
    }
  }
}
