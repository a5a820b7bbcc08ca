// What a runtime can do with resctrl.

extension Features {
  /// What a runtime can do with resctrl.
  public struct IntelRDT: JSONObject, Equatable, Sendable {
    public var enabled: Bool?
    public var schemata: Bool?
    public var monitoring: Bool?

    public init() {}

    public init(enabled: Bool? = nil, schemata: Bool? = nil, monitoring: Bool? = nil) {
      self.enabled = enabled
      self.schemata = schemata
      self.monitoring = monitoring
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("enabled", &enabled)
      try json.field("schemata", &schemata)
      try json.field("monitoring", &monitoring)
    }
  }
}
