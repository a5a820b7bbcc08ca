// The I/O rate limit of one device.

extension Resources {
  /// The I/O rate limit of one device, in bytes or operations a second.
  public struct ThrottleDevice: JSONObject, Equatable, Sendable {
    public var major: Int64 = 0
    public var minor: Int64 = 0
    public var rate: UInt64 = 0

    public init() {}

    public init(major: Int64, minor: Int64, rate: UInt64) {
      self.major = major
      self.minor = minor
      self.rate = rate
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("major", &major, .required)
      try json.field("minor", &minor, .required)
      try json.field("rate", &rate, .required)
    }
  }
}
