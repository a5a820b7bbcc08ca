// The checks of a system call filter.

extension Seccomp {
  /// Whether there is a filter at all: without a default action and rules it counts as absent, as in runc.
  public var isEnabled: Bool { defaultAction != nil || !syscalls.isEmpty }

  /// Whether an agent gets to decide on calls.
  public var notifies: Bool {
    for rule in syscalls where rule.action == .notify { return true }
    return false
  }

  func validate() throws(SpecError) {
    guard isEnabled else { return }
    guard let defaultAction else { throw SpecError("linux.seccomp.defaultAction", "is missing") }
    guard defaultAction != .notify else {
      throw SpecError("linux.seccomp.defaultAction", "SCMP_ACT_NOTIFY cannot be used as default action")
    }
    try check(defaultErrnoRet, of: defaultAction, "linux.seccomp.defaultErrnoRet")
    for (index, rule) in syscalls.enumerated() { try check(rule, element("linux.seccomp.syscalls", index)) }
    guard !listenerPath.isEmpty || listenerMetadata.isEmpty else {
      throw SpecError("linux.seccomp.listenerMetadata", "must not be set without listenerPath")
    }
    guard !notifies || !listenerPath.isEmpty else {
      throw SpecError("linux.seccomp.listenerPath", "SCMP_ACT_NOTIFY needs it")
    }
  }

  private func check(_ rule: Rule, _ path: String) throws(SpecError) {
    guard !rule.names.isEmpty else { throw SpecError(sentence("%.names", path), "must name a system call") }
    for name in rule.names {
      guard !name.isEmpty else { throw SpecError(sentence("%.names", path), "empty string is not a valid syscall") }
      // The descriptor of the agent is sent by that call, when the filter is already in place.
      if rule.action == .notify, sameBytes(name, "write") {
        throw SpecError(sentence("%.action", path), "SCMP_ACT_NOTIFY cannot be used for the write syscall")
      }
    }
    for (index, argument) in rule.arguments.enumerated() where argument.index > 5 {
      throw SpecError(element(sentence("%.args", path), index, ".index"), "a system call has the arguments 0 to 5")
    }
    try check(rule.errnoRet, of: rule.action, sentence("%.errnoRet", path))
  }

  /// A value which an action has no use for is refused (config-linux.md); the kernel knows errno values up to 4095.
  private func check(_ errnoRet: UInt32?, of action: Action, _ path: String) throws(SpecError) {
    guard let errnoRet else { return }
    guard action == .errno || action == .trace else {
      throw SpecError(path, sentence("is not supported by %", action.name))
    }
    guard errnoRet <= (action == .errno ? 4095 : 65535) else { throw SpecError(path, "is too high") }
  }
}
