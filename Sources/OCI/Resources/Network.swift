// Network marks of a cgroup.

extension Resources {
  /// Marks and priorities of network packets, cgroup v1 only.
  public struct Network: JSONObject, Equatable, Sendable {
    public var classID: UInt32?
    public var priorities: [InterfacePriority] = []

    public init() {}

    public init(classID: UInt32? = nil, priorities: [InterfacePriority] = []) {
      self.classID = classID
      self.priorities = priorities
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("classID", &classID)
      try json.field("priorities", &priorities)
    }
  }
}
