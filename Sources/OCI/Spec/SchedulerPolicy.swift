// Scheduling policies and flags.

/// Scheduling policies (sched(7)).
public enum SchedulerPolicy: String, NamedValue {
  case other = "SCHED_OTHER"
  case fifo = "SCHED_FIFO"
  case roundRobin = "SCHED_RR"
  case batch = "SCHED_BATCH"
  case iso = "SCHED_ISO"
  case idle = "SCHED_IDLE"
  case deadline = "SCHED_DEADLINE"

  /// The kernel's number (linux/sched.h).
  public var number: UInt32 {
    switch self {
    case .other: 0
    case .fifo: 1
    case .roundRobin: 2
    case .batch: 3
    case .iso: 4
    case .idle: 5
    case .deadline: 6
    }
  }

  public static func refusal(of name: String) -> String { "invalid scheduler policy: \(quoted(name))" }
}
