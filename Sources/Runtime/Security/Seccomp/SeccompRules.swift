// The seccomp section of config.json, checked and flattened: one entry for each call.

internal import Linux
internal import OCI

/// What happens with one system call.
struct SeccompCall: Equatable {
  let name: String
  let action: UInt32
  /// Each list is a rule of its own; none means that the action holds whatever the arguments are.
  let conditions: [[SeccompCondition]]
}

/// The seccomp section of config.json, checked and flattened. Nothing here asks libseccomp or the kernel.
struct SeccompRules: Equatable {
  let defaultAction: UInt32
  /// Architectures by libseccomp's names, without the native one unless it is listed.
  let architectures: [String]
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
      architectures: section.architectures.map { $0.libraryName }, calls: calls)
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
  /// what profiles written for old versions of runc mean by them, and libseccomp refuses them in one rule.
  private static func conditions(of rule: OCI.Seccomp.Rule) throws(RuntimeError) -> [[SeccompCondition]] {
    if rule.arguments.isEmpty { return [] }
    var list: [SeccompCondition] = []
    var (seen, repeats) = (UInt32(0), false)
    for test in rule.arguments {
      if test.index > 5 {
        throw .invalidConfiguration("linux.seccomp: system calls have the arguments 0 to 5, not \(test.index)")
      }
      repeats = repeats || seen & (1 << test.index) != 0
      seen |= 1 << test.index
      list.append(
        SeccompCondition(
          argument: test.index, comparison: test.comparison.code, value: test.value, valueTwo: test.valueTwo))
    }
    return repeats ? list.map { [$0] } : [list]
  }
}
