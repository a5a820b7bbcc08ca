// The seccomp section of config.json, checked and flattened: one entry for each call.

internal import OCI

/// What happens with one system call.
struct SeccompCall: Equatable {
  let name: String
  let action: UInt32
  /// Each list is a rule of its own, in the order of the arguments; none means that the action holds whatever they
  /// are.
  let conditions: [[SeccompCondition]]
}

/// The seccomp section of config.json, checked and flattened. Nothing here asks the kernel.
struct SeccompRules: Equatable {
  let defaultAction: UInt32
  /// Those beside the native one, which need not be listed.
  let architectures: [OCI.Seccomp.Architecture]
  let calls: [SeccompCall]

  /// Checks the whole section.
  static func decode(_ section: OCI.Seccomp) throws(RuntimeError) -> SeccompRules {
    guard let defaultAction = section.defaultAction else {
      throw .invalidConfiguration("linux.seccomp.defaultAction: it is required where there are rules")
    }
    if defaultAction == .notify {
      throw .invalidConfiguration("SCMP_ACT_NOTIFY cannot be used as default action")
    }
    var calls: [SeccompCall] = []
    for rule in section.syscalls { try append(rule, to: &calls) }
    return SeccompRules(
      defaultAction: try defaultAction.code(value: section.defaultErrnoRet),
      architectures: section.architectures, calls: calls)
  }

  private static func append(_ rule: OCI.Seccomp.Rule, to calls: inout [SeccompCall]) throws(RuntimeError) {
    let action = try rule.action.code(value: rule.errnoRet)
    let conditions = try conditions(of: rule)
    for name in rule.names {
      if name.isEmpty { throw .invalidConfiguration("linux.seccomp: empty string is not a valid syscall") }
      // The child writes to its parent between the load and the moment when the agent has the listener.
      if rule.action == .notify && sameBytes(name, "write") {
        throw .invalidConfiguration("SCMP_ACT_NOTIFY cannot be used for the write syscall")
      }
      calls.append(SeccompCall(name: name, action: action, conditions: conditions))
    }
  }

  /// Conditions on different arguments must all hold. Several on the same argument are alternatives, each a rule:
  /// what profiles written for old versions of runc mean by them.
  private static func conditions(of rule: OCI.Seccomp.Rule) throws(RuntimeError) -> [[SeccompCondition]] {
    if rule.arguments.isEmpty { return [] }
    var list: [SeccompCondition] = []
    var repeats = false
    for test in rule.arguments {
      if test.index > 5 {
        throw .invalidConfiguration(
          sentence("linux.seccomp: system calls have the arguments 0 to 5, not %", decimal(Int(test.index))))
      }
      var place = list.count
      while place > 0 && list[place - 1].argument > test.index { place -= 1 }
      repeats = repeats || place > 0 && list[place - 1].argument == test.index
      list.insert(SeccompCondition(test), at: place)
    }
    return repeats ? list.map { [$0] } : [list]
  }
}
