// The offset of one clock.

/// The offset of one clock in a time namespace (time_namespaces(7)).
public struct TimeOffset: JSONObject, Equatable, Sendable {
  public var seconds: Int64 = 0
  /// Below 10^9.
  public var nanoseconds: UInt32 = 0

  public init() {}

  public init(seconds: Int64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("secs", &seconds)
    try json.field("nanosecs", &nanoseconds)
  }
}
