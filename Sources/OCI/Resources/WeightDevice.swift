// The I/O weight of one device.

extension Resources {
  /// The I/O weight of one device.
  public struct WeightDevice: JSONObject, Equatable, Sendable {
    public var major: Int64 = 0
    public var minor: Int64 = 0
    public var weight: UInt16?
    public var leafWeight: UInt16?

    public init() {}

    public init(major: Int64, minor: Int64, weight: UInt16? = nil, leafWeight: UInt16? = nil) {
      self.major = major
      self.minor = minor
      self.weight = weight
      self.leafWeight = leafWeight
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("major", &major, .required)
      try json.field("minor", &minor, .required)
      try json.field("weight", &weight)
      try json.field("leafWeight", &leafWeight)
    }
  }
}
