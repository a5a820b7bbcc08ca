// The kinds of resource limits.

/// The kinds of resource limits; `number` is the one of setrlimit(2), the same on x86_64 and aarch64.
public enum RlimitKind: String, NamedValue {
  case cpu = "RLIMIT_CPU"
  case fileSize = "RLIMIT_FSIZE"
  case data = "RLIMIT_DATA"
  case stack = "RLIMIT_STACK"
  case core = "RLIMIT_CORE"
  case residentSet = "RLIMIT_RSS"
  case processes = "RLIMIT_NPROC"
  case openFiles = "RLIMIT_NOFILE"
  case lockedMemory = "RLIMIT_MEMLOCK"
  case addressSpace = "RLIMIT_AS"
  case locks = "RLIMIT_LOCKS"
  case pendingSignals = "RLIMIT_SIGPENDING"
  case messageQueues = "RLIMIT_MSGQUEUE"
  case nice = "RLIMIT_NICE"
  case realtimePriority = "RLIMIT_RTPRIO"
  case realtimeTime = "RLIMIT_RTTIME"

  /// The kernel's number: the cases stand in its order.
  public var number: Int32 {
    var number: Int32 = 0
    for kind in RlimitKind.allCases {
      if kind == self { break }
      number += 1
    }
    return number
  }

  public static func refusal(of name: String) -> String { "wrong rlimit value: \(quoted(name))" }
}
