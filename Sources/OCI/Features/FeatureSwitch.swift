// Whether a runtime can do something.

extension Features {
  /// Whether a runtime can do something at all.
  public struct Switch: JSONObject, Equatable, Sendable {
    public var enabled: Bool?

    public init() {}

    public init(enabled: Bool? = nil) {
      self.enabled = enabled
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("enabled", &enabled)
    }
  }
}
