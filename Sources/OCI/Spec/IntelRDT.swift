// Cache and memory bandwidth control.

/// Cache and memory bandwidth control through resctrl (config-linux.md, section IntelRdt).
public struct IntelRDT: JSONObject, Equatable, Sendable {
  /// The class of service, empty for one named after the container.
  public var closID: String = ""
  /// Lines for the schemata file; they win over the next two.
  public var schemata: [String] = []
  public var l3CacheSchema: String = ""
  public var memBwSchema: String = ""
  /// Whether the container gets a monitoring group of its own.
  public var enableMonitoring: Bool = false

  public init() {}

  public init(
    closID: String = "",
    schemata: [String] = [],
    l3CacheSchema: String = "",
    memBwSchema: String = "",
    enableMonitoring: Bool = false
  ) {
    self.closID = closID
    self.schemata = schemata
    self.l3CacheSchema = l3CacheSchema
    self.memBwSchema = memBwSchema
    self.enableMonitoring = enableMonitoring
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("closID", &closID)
    try json.field("schemata", &schemata)
    try json.field("l3CacheSchema", &l3CacheSchema)
    try json.field("memBwSchema", &memBwSchema)
    try json.field("enableMonitoring", &enableMonitoring)
  }
}
