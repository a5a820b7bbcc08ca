// Scheduling attributes of a process.

/// Scheduling attributes of a process (sched_setattr(2)).
public struct Scheduler: JSONObject, Equatable, Sendable {
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

  public init(
    policy: SchedulerPolicy = .other,
    nice: Int32 = 0,
    priority: Int32 = 0,
    flags: [SchedulerFlag] = [],
    runtime: UInt64 = 0,
    deadline: UInt64 = 0,
    period: UInt64 = 0
  ) {
    self.policy = policy
    self.nice = nice
    self.priority = priority
    self.flags = flags
    self.runtime = runtime
    self.deadline = deadline
    self.period = period
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("policy", &policy, .required)
    try json.field("nice", &nice)
    try json.field("priority", &priority)
    try json.field("flags", &flags)
    try json.field("runtime", &runtime)
    try json.field("deadline", &deadline)
    try json.field("period", &period)
  }
}
