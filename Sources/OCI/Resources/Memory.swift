// Memory limits of a cgroup.

extension Resources {
  /// Memory limits in bytes, -1 for none.
  public struct Memory: Equatable, Sendable {
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
  }
}
