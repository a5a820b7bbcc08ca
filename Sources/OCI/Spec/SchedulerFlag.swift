// Flags of scheduling attributes.

/// Flags of scheduling attributes (sched_setattr(2)).
public enum SchedulerFlag: UInt8, NamedValue {
  case resetOnFork, reclaim, deadlineOverrun, keepPolicy, keepParameters, utilClampMin, utilClampMax

  public static let names = [
    "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY",
    "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
  ]

  public static var refusal: (before: String, after: String) { ("invalid scheduler flag: ", "") }

  /// The kernel's bit (linux/sched.h): the cases stand in its order.
  public var bit: UInt64 { 1 << UInt64(rawValue) }
}
