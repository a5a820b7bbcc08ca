// Flags of scheduling attributes.

/// Flags of scheduling attributes (sched_setattr(2)).
public enum SchedulerFlag: String, NamedValue {
  case resetOnFork = "SCHED_FLAG_RESET_ON_FORK"
  case reclaim = "SCHED_FLAG_RECLAIM"
  case deadlineOverrun = "SCHED_FLAG_DL_OVERRUN"
  case keepPolicy = "SCHED_FLAG_KEEP_POLICY"
  case keepParameters = "SCHED_FLAG_KEEP_PARAMS"
  case utilClampMin = "SCHED_FLAG_UTIL_CLAMP_MIN"
  case utilClampMax = "SCHED_FLAG_UTIL_CLAMP_MAX"

  /// The kernel's bit (linux/sched.h).
  public var bit: UInt64 {
    switch self {
    case .resetOnFork: 0x01
    case .reclaim: 0x02
    case .deadlineOverrun: 0x04
    case .keepPolicy: 0x08
    case .keepParameters: 0x10
    case .utilClampMin: 0x20
    case .utilClampMax: 0x40
    }
  }

  public static func refusal(of name: String) -> String { "invalid scheduler flag: \(quoted(name))" }
}
