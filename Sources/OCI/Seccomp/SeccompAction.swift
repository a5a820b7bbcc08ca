// What a system call filter does.

extension Seccomp {
  /// What a system call filter does with a call, by libseccomp's names.
  public enum Action: UInt8, NamedValue {
    case kill, killProcess, killThread, trap, errno, trace, allow, log, notify

    public static let names = [
      "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
      "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
    ]

    public static var refusal: (before: String, after: String) { ("string ", " is not a valid action for seccomp") }
  }
}
