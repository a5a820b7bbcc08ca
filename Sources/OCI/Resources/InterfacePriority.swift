// The priority of packets on one interface.

extension Resources {
  /// The priority of packets on one interface.
  public struct InterfacePriority: JSONObject, Equatable, Sendable {
    public var name: String = ""
    public var priority: UInt32 = 0

    public init() {}

    public init(name: String, priority: UInt32) {
      self.name = name
      self.priority = priority
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("name", &name, .required)
      try json.field("priority", &priority, .required)
    }
  }
}
