// The five capability sets of a process.

/// The five capability sets by name, such as `CAP_KILL`; names which nobody knows are kept (capabilities(7)).
public struct CapabilitySets: JSONObject, Equatable, Sendable {
  public var bounding: [String] = []
  public var effective: [String] = []
  public var inheritable: [String] = []
  public var permitted: [String] = []
  public var ambient: [String] = []

  public init() {}

  public init(
    bounding: [String] = [],
    effective: [String] = [],
    inheritable: [String] = [],
    permitted: [String] = [],
    ambient: [String] = []
  ) {
    self.bounding = bounding
    self.effective = effective
    self.inheritable = inheritable
    self.permitted = permitted
    self.ambient = ambient
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("bounding", &bounding)
    try json.field("effective", &effective)
    try json.field("inheritable", &inheritable)
    try json.field("permitted", &permitted)
    try json.field("ambient", &ambient)
  }
}
