// Memory limits of a cgroup.

extension Resources {
  /// Memory limits in bytes, -1 for none.
  public struct Memory: JSONObject, Equatable, Sendable {
    public var limit: Int64?
    /// The soft limit.
    public var reservation: Int64?
    /// Memory and swap together.
    public var swap: Int64?
    /// Kernel memory: warned about and ignored (gone since Linux 5.4), as the next one.
    public var kernel: Int64?
    public var kernelTCP: Int64?
    /// 0 to 100.
    public var swappiness: UInt64?
    /// Cgroup v1 only; false is written too, so absent differs from it in an update.
    public var disableOOMKiller: Bool?
    /// Cgroup v1 only; runc and this runtime always account hierarchically.
    public var useHierarchy: Bool?
    /// Whether an update below the current usage is refused.
    public var checkBeforeUpdate: Bool = false

    public init() {}

    public init(
      limit: Int64? = nil,
      reservation: Int64? = nil,
      swap: Int64? = nil,
      kernel: Int64? = nil,
      kernelTCP: Int64? = nil,
      swappiness: UInt64? = nil,
      disableOOMKiller: Bool? = nil,
      useHierarchy: Bool? = nil,
      checkBeforeUpdate: Bool = false
    ) {
      self.limit = limit
      self.reservation = reservation
      self.swap = swap
      self.kernel = kernel
      self.kernelTCP = kernelTCP
      self.swappiness = swappiness
      self.disableOOMKiller = disableOOMKiller
      self.useHierarchy = useHierarchy
      self.checkBeforeUpdate = checkBeforeUpdate
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("limit", &limit)
      try json.field("reservation", &reservation)
      try json.field("swap", &swap)
      try json.field("kernel", &kernel)
      try json.field("kernelTCP", &kernelTCP)
      try json.field("swappiness", &swappiness)
      try json.field("disableOOMKiller", &disableOOMKiller)
      try json.field("useHierarchy", &useHierarchy)
      try json.field("checkBeforeUpdate", &checkBeforeUpdate)
    }
  }
}
