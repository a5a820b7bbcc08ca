// What a system call filter does.

extension Seccomp {
  /// What a system call filter does with a call, by libseccomp's names.
  public enum Action: String, NamedValue {
    case kill = "SCMP_ACT_KILL"
    case killProcess = "SCMP_ACT_KILL_PROCESS"
    case killThread = "SCMP_ACT_KILL_THREAD"
    case trap = "SCMP_ACT_TRAP"
    case errno = "SCMP_ACT_ERRNO"
    case trace = "SCMP_ACT_TRACE"
    case allow = "SCMP_ACT_ALLOW"
    case log = "SCMP_ACT_LOG"
    case notify = "SCMP_ACT_NOTIFY"

    public static func refusal(of name: String) -> String { "string \(quoted(name)) is not a valid action for seccomp" }
  }
}
