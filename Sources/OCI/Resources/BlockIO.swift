// Block I/O limits of a cgroup.

extension Resources {
  /// Block I/O limits of a cgroup.
  public struct BlockIO: Equatable, Sendable {
    /// 10 to 1000.
    public var weight: UInt16?
    /// Against child cgroups, cgroup v1 only.
    public var leafWeight: UInt16?
    public var weightDevice: [WeightDevice] = []
    /// Bytes in a second.
    public var throttleReadBpsDevice: [ThrottleDevice] = []
    public var throttleWriteBpsDevice: [ThrottleDevice] = []
    /// Operations in a second.
    public var throttleReadIOPSDevice: [ThrottleDevice] = []
    public var throttleWriteIOPSDevice: [ThrottleDevice] = []

    public init() {}
  }
}
