// The flags of a system call filter.

extension Seccomp {
  /// The flags of seccomp(2) which config.json may name; TSYNC is accepted and has no effect, as in runc.
  public enum Flag: UInt8, NamedValue {
    case tsync, specAllow, log, waitKillableRecv

    public static let names = [
      "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_LOG",
      "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
    ]

    public static var refusal: (before: String, after: String) { ("seccomp flag ", " is not known") }
  }
}
