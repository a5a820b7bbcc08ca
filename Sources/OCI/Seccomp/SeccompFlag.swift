// The flags of a system call filter.

extension Seccomp {
  /// The flags of seccomp(2) which config.json may name; TSYNC is accepted and has no effect, as in runc.
  public enum Flag: String, NamedValue {
    case tsync = "SECCOMP_FILTER_FLAG_TSYNC"
    case specAllow = "SECCOMP_FILTER_FLAG_SPEC_ALLOW"
    case log = "SECCOMP_FILTER_FLAG_LOG"
    case waitKillableRecv = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"

    public static func refusal(of name: String) -> String { "seccomp flag \(quoted(name)) is not known" }
  }
}
