// Scheduling policies.

/// Scheduling policies (sched(7)); the raw value is the number of the kernel.
public enum SchedulerPolicy: UInt8, NamedValue {
  case other, fifo, roundRobin, batch, iso, idle, deadline

  public static let names = [
    "SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE",
  ]

  public static var refusal: (before: String, after: String) { ("invalid scheduler policy: ", "") }
}
