// CPU limits of a cgroup.

extension Resources {
  /// CPU limits; times in microseconds.
  public struct CPU: Equatable, Sendable {
    /// The relative weight, 2 to 262144 (cgroup v1 scale).
    public var shares: UInt64?
    /// The time in each period, -1 for no limit.
    public var quota: Int64?
    /// The time that may be saved up from earlier periods.
    public var burst: UInt64?
    public var period: UInt64?
    public var realtimeRuntime: Int64?
    public var realtimePeriod: UInt64?
    /// CPUs as a list such as `0-3,7`.
    public var cpus: String = ""
    /// Memory nodes, likewise.
    public var mems: String = ""
    /// 1 puts the cgroup behind all others (SCHED_IDLE).
    public var idle: Int64?

    public init() {}
  }
}
