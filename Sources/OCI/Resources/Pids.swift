// The limit on the number of tasks.

extension Resources {
  /// The limit on the number of tasks.
  public struct Pids: JSONObject, Equatable, Sendable {
    /// -1 means none; 0 is read as 1 by runc and this runtime.
    public var limit: Int64?

    public init() {}

    public init(limit: Int64? = nil) {
      self.limit = limit
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("limit", &limit)
    }
  }
}
