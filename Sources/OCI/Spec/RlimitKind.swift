// The kinds of resource limits.

/// The kinds of resource limits; the raw value is the number of setrlimit(2) on x86_64 and aarch64.
public enum RlimitKind: UInt8, NamedValue {
  case cpu, fileSize, data, stack, core, residentSet, processes, openFiles, lockedMemory, addressSpace, locks
  case pendingSignals, messageQueues, nice, realtimePriority, realtimeTime

  public static let names = [
    "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
    "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE",
    "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
  ]

  public static var refusal: (before: String, after: String) { ("wrong rlimit value: ", "") }
}
