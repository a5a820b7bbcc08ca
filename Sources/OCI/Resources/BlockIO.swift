// Block I/O limits of a cgroup.

extension Resources {
  /// Block I/O limits of a cgroup.
  public struct BlockIO: JSONObject, Equatable, Sendable {
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

    public init(
      weight: UInt16? = nil,
      leafWeight: UInt16? = nil,
      weightDevice: [WeightDevice] = [],
      throttleReadBpsDevice: [ThrottleDevice] = [],
      throttleWriteBpsDevice: [ThrottleDevice] = [],
      throttleReadIOPSDevice: [ThrottleDevice] = [],
      throttleWriteIOPSDevice: [ThrottleDevice] = []
    ) {
      self.weight = weight
      self.leafWeight = leafWeight
      self.weightDevice = weightDevice
      self.throttleReadBpsDevice = throttleReadBpsDevice
      self.throttleWriteBpsDevice = throttleWriteBpsDevice
      self.throttleReadIOPSDevice = throttleReadIOPSDevice
      self.throttleWriteIOPSDevice = throttleWriteIOPSDevice
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("weight", &weight)
      try json.field("leafWeight", &leafWeight)
      try json.field("weightDevice", &weightDevice)
      try json.field("throttleReadBpsDevice", &throttleReadBpsDevice)
      try json.field("throttleWriteBpsDevice", &throttleWriteBpsDevice)
      try json.field("throttleReadIOPSDevice", &throttleReadIOPSDevice)
      try json.field("throttleWriteIOPSDevice", &throttleWriteIOPSDevice)
    }
  }
}
