// CPU limits of a cgroup.

extension Resources {
  /// CPU limits; times in microseconds.
  public struct CPU: JSONObject, Equatable, Sendable {
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

    public init(
      shares: UInt64? = nil,
      quota: Int64? = nil,
      burst: UInt64? = nil,
      period: UInt64? = nil,
      realtimeRuntime: Int64? = nil,
      realtimePeriod: UInt64? = nil,
      cpus: String = "",
      mems: String = "",
      idle: Int64? = nil
    ) {
      self.shares = shares
      self.quota = quota
      self.burst = burst
      self.period = period
      self.realtimeRuntime = realtimeRuntime
      self.realtimePeriod = realtimePeriod
      self.cpus = cpus
      self.mems = mems
      self.idle = idle
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("shares", &shares)
      try json.field("quota", &quota)
      try json.field("burst", &burst)
      try json.field("period", &period)
      try json.field("realtimeRuntime", &realtimeRuntime)
      try json.field("realtimePeriod", &realtimePeriod)
      try json.field("cpus", &cpus)
      try json.field("mems", &mems)
      try json.field("idle", &idle)
    }
  }
}
