// RDMA limits of a cgroup.

extension Resources {
  /// RDMA limits of a cgroup for one device; absent means none.
  public struct RDMA: JSONObject, Equatable, Sendable {
    public var hcaHandles: UInt32?
    public var hcaObjects: UInt32?

    public init() {}

    public init(hcaHandles: UInt32? = nil, hcaObjects: UInt32? = nil) {
      self.hcaHandles = hcaHandles
      self.hcaObjects = hcaObjects
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("hcaHandles", &hcaHandles)
      try json.field("hcaObjects", &hcaObjects)
    }
  }
}
