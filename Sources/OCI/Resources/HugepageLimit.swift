// The limit for one size of huge pages.

extension Resources {
  /// The limit for one size of huge pages.
  public struct HugepageLimit: JSONObject, Equatable, Sendable {
    /// Such as `64KB`, `2MB`, `1GB`.
    public var pageSize: String = ""
    /// Bytes.
    public var limit: UInt64 = 0

    public init() {}

    public init(pageSize: String, limit: UInt64) {
      self.pageSize = pageSize
      self.limit = limit
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("pageSize", &pageSize, .required)
      try json.field("limit", &limit, .required)
    }
  }
}
