// What the rules of a profile say about a call, read off directly.

import CLibseccomp
import OCI

@testable import ContainerRuntime

/// What the rules of a profile say about calls, read off them one by one: slow, and without any tree.
struct ProfileMeaning {
  private let rules: SeccompRules
  private var rulesByNumber: [UInt64: [(conditions: [SeccompCondition], action: UInt32)]] = [:]

  init(_ rules: SeccompRules) {
    self.rules = rules
    let table = SystemCallTable()
    for call in rules.calls where call.action != rules.defaultAction {
      guard let numbers = table.numbers(of: call.name) else { continue }
      for (index, interface) in CallInterface.all.enumerated() where isUsed(interface) {
        for conditions in call.conditions.isEmpty ? [[]] : call.conditions {
          if numbers.direct[index] != SystemCallNumbers.none {
            add(interface, numbers.direct[index] | interface.mark, conditions, call.action)
          }
          if interface.architecture == .x86 && numbers.multiplexer != 0 {
            let first = SeccompCondition(argument: 0, comparison: .equal, value: UInt64(numbers.multiplexed))
            let rest = conditions.filter { $0.argument != 0 }
            add(interface, numbers.multiplexer, [first] + rest, call.action)
          }
        }
      }
    }
  }

  private func isUsed(_ interface: CallInterface) -> Bool {
    interface.architecture == CallInterface.all[0].architecture || rules.architectures.contains(interface.architecture)
  }

  private mutating func add(
    _ interface: CallInterface, _ number: UInt32, _ conditions: [SeccompCondition], _ action: UInt32
  ) {
    let effective = conditions.filter { interface.isWide ? $0.mask != 0 : UInt32(truncatingIfNeeded: $0.mask) != 0 }
    rulesByNumber[UInt64(interface.audit) << 32 | UInt64(number), default: []].append((effective, action))
  }

  /// Whether the rules that hold for a call ask for this action, or none holds and it is the default.
  func allows(_ action: Int64, for call: reference_call) -> Bool {
    let asked = actions(call)
    return asked.isEmpty ? action == Int64(rules.defaultAction) : asked.contains(action)
  }

  /// Whether rules for a call look at its arguments.
  func hasConditions(_ call: reference_call) -> Bool { rules(for: call).contains { !$0.conditions.isEmpty } }

  /// The actions of the rules that hold for a call; empty when none does.
  func actions(_ call: reference_call) -> Set<Int64> {
    let number = UInt32(bitPattern: call.number)
    let all = rules(for: call)
    if let plain = all.first(where: { $0.conditions.isEmpty }) { return [Int64(plain.action)] }
    let isWide =
      CallInterface.all.contains { $0.isWide && $0.audit == call.architecture }
      && (call.architecture != CallInterface.auditAMD64 || number & CallInterface.x32Mark == 0)
    return Set(all.filter { $0.conditions.allSatisfy { holds($0, call, isWide) } }.map { Int64($0.action) })
  }

  private func rules(for call: reference_call) -> [(conditions: [SeccompCondition], action: UInt32)] {
    rulesByNumber[UInt64(call.architecture) << 32 | UInt64(UInt32(bitPattern: call.number))] ?? []
  }

  private func holds(_ condition: SeccompCondition, _ call: reference_call, _ isWide: Bool) -> Bool {
    let all = call.arguments
    let significant = isWide ? UInt64.max : 0xffff_ffff
    let argument = [all.0, all.1, all.2, all.3, all.4, all.5][Int(condition.argument)] & significant
    let value = condition.value & significant
    switch condition.comparison {
    case .equal: return argument == value
    case .notEqual: return argument != value
    case .less: return argument < value
    case .lessOrEqual: return argument <= value
    case .greater: return argument > value
    case .greaterOrEqual: return argument >= value
    case .maskedEqual: return argument & condition.mask == value & condition.mask
    }
  }
}
