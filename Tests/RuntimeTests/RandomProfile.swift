// Profiles by chance, the same ones for the same seed, and the calls that find their edges.

import CLibseccomp
import OCI

@testable import ContainerRuntime

/// A generator of numbers (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func chance(_ one: Int, in many: Int) -> Bool { Int.random(in: 0..<many, using: &self) < one }
}

/// A profile by chance.
struct RandomProfile {
  typealias Condition = SeccompCondition

  /// The calls to which libseccomp gives the same numbers: newer ones it does not know, or not on all interfaces.
  static let names: [String] = SystemCallTable.names.filter { LibseccompFilter.agrees(on: $0) }

  private static let actions: [UInt32] = [
    0x7fff_0000, 0x7fff_0000, 0x0005_0001, 0x0005_0026, 0x0005_000d, 0x0003_0000, 0x7ffc_0000, 0x8000_0000, 0,
    0x7ff0_0007, 0x7fc0_0000,
  ]
  private static let values: [UInt64] = [
    0, 1, 2, 5, 8, 40, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0005,
    0x2_0000_0001, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, .max - 1, .max,
  ]
  private static let masks: [UInt64] = [
    0, 1, 0xff, 0x7e02_0000, 0xffff_ffff, 0xffff_ffff_0000_0000, 0x1_0000_0001, .max,
  ]

  /// How many combinations of arguments each call with conditions is tried with.
  private static let variants = 15

  let rules: SeccompRules
  private var numbers: SeededNumbers

  /// - Parameter isMixed: whether several actions meet in rules for one call.
  init(seed: UInt64, isMixed: Bool) {
    var numbers = SeededNumbers(state: seed)
    let defaultAction = Self.actions[..<10].randomElement(using: &numbers)!
    let others = Self.actions.filter { $0 != defaultAction }
    let only = others.randomElement(using: &numbers)!
    var names = Self.names.shuffled(using: &numbers).prefix(Int.random(in: 0...60, using: &numbers))
    if numbers.chance(1, in: 50) { names = Self.names[...] }
    var calls: [SeccompCall] = []
    for name in names {
      for _ in 0..<(numbers.chance(1, in: 3) ? Int.random(in: 1...6, using: &numbers) : 1) {
        let action = isMixed ? Self.actions.randomElement(using: &numbers)! : only
        let conditions = numbers.chance(1, in: 2) ? [] : [Self.conditions(&numbers)]
        calls.append(SeccompCall(name: name, action: action, conditions: conditions))
      }
    }
    var architectures = CallInterface.all.map(\.architecture).filter { _ in numbers.chance(2, in: 3) }
    architectures.shuffle(using: &numbers)
    calls.shuffle(using: &numbers)
    rules = SeccompRules(defaultAction: defaultAction, architectures: architectures, calls: calls)
    self.numbers = numbers
  }

  init(_ rules: SeccompRules) {
    self.rules = rules
    numbers = SeededNumbers(state: 1)
  }

  private static func conditions(_ numbers: inout SeededNumbers) -> [Condition] {
    let comparisons: [OCI.Seccomp.Comparison] = [
      .notEqual, .less, .lessOrEqual, .equal, .equal, .greaterOrEqual, .greater, .maskedEqual,
    ]
    // With more than three, libseccomp needs minutes for some profiles.
    let count = [0, 1, 1, 1, 1, 2, 2, 3].randomElement(using: &numbers)!
    let places: [UInt32] = numbers.chance(1, in: 2) ? [0, 1, 2] : Array(0..<6)
    return places.shuffled(using: &numbers).prefix(count).sorted().map { argument in
      let comparison = comparisons.randomElement(using: &numbers)!
      return Condition(
        argument: argument, comparison: comparison, value: values.randomElement(using: &numbers)!,
        mask: comparison == .maskedEqual ? masks.randomElement(using: &numbers)! : .max)
    }
  }

  /// Every number up to 500 of each interface, numbers that none has, and other architectures; without arguments.
  private static let plainCalls: [reference_call] = {
    var list: [reference_call] = []
    let odd: [UInt32] = [0x200, 0x217, 0x230, 0xf0001, 0xf0006, 0x3fff_ffff, 0x7fff_ffff, 0x8000_0000, .max - 1, .max]
    for audit in Set(CallInterface.all.map(\.audit)).sorted() {
      for number in Array(0...500) + odd { list.append(call(audit, number, [])) }
    }
    if CallInterface.all[0].audit == CallInterface.auditAMD64 {
      for number in 0...UInt32(550) {
        list.append(call(CallInterface.auditAMD64, number | CallInterface.x32Mark, []))
      }
    }
    for audit in [0xc000_00b7, 0x4000_0028, 0xc000_003e, 0x4000_0003, 0xc000_0016, 0] as [UInt32] {
      for number in [0, 1, 59, 221, 470] as [UInt32] { list.append(call(audit, number, [])) }
    }
    return list
  }()

  /// The plain ones, and for calls with conditions arguments around the values of these.
  mutating func calls() -> [reference_call] {
    var list = Self.plainCalls
    let table = SystemCallTable()
    for (name, values) in edges().sorted(by: { $0.key < $1.key }) {
      guard let found = table.numbers(of: name) else { continue }
      for (index, interface) in CallInterface.all.enumerated() {
        for _ in 0..<Self.variants {
          var arguments = values.map { $0.randomElement(using: &numbers)! }
          if found.direct[index] != SystemCallNumbers.none {
            list.append(Self.call(interface.audit, found.direct[index] | interface.mark, arguments))
          }
          if interface.architecture != .x86 || found.multiplexer == 0 { continue }
          if numbers.chance(1, in: 2) { arguments[0] = UInt64(found.multiplexed) }
          list.append(Self.call(interface.audit, found.multiplexer, arguments))
        }
      }
    }
    return list
  }

  /// For each call with conditions and each of its arguments, the values that matter.
  private func edges() -> [String: [[UInt64]]] {
    var found: [String: [[UInt64]]] = [:]
    for call in rules.calls where !call.conditions.isEmpty {
      var lists = found[call.name] ?? [[UInt64]](repeating: [0], count: 6)
      for condition in call.conditions.joined() {
        let value = condition.value
        lists[Int(condition.argument)] += [
          value, value, value &+ 1, value &- 1, value ^ 1 << 32, value &+ 1 << 32, value & 0xffff_ffff, ~value,
          value & condition.mask, value | ~condition.mask,
        ]
      }
      found[call.name] = lists
    }
    return found
  }

  private static func call(_ audit: UInt32, _ number: UInt32, _ arguments: [UInt64]) -> reference_call {
    let list = arguments + [UInt64](repeating: 0, count: 6 - arguments.count)
    return reference_call(
      number: Int32(bitPattern: number), architecture: audit, instruction_pointer: 0,
      arguments: (list[0], list[1], list[2], list[3], list[4], list[5]))
  }
}
