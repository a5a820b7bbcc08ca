// Scheduling attributes of a process.

/// Scheduling attributes of a process (sched_setattr(2)).
public struct Scheduler: Equatable, Sendable {
  public var policy: SchedulerPolicy = .other
  /// -20 to 19, for the normal and the batch policy.
  public var nice: Int32 = 0
  /// The static priority, for the two real-time policies.
  public var priority: Int32 = 0
  public var flags: [SchedulerFlag] = []
  /// Nanoseconds, for the deadline policy, as are the next two.
  public var runtime: UInt64 = 0
  public var deadline: UInt64 = 0
  public var period: UInt64 = 0

  public init() {}
}
