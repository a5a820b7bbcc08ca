// What a runtime can do with memory policies.

extension Features {
  /// What a runtime can do with NUMA memory policies.
  public struct MemoryPolicy: JSONObject, Equatable, Sendable {
    public var modes: [String] = MemoryPolicyMode.sortedNames
    public var flags: [String] = MemoryPolicyFlag.sortedNames

    public init() {}

    public init(modes: [String] = MemoryPolicyMode.sortedNames, flags: [String] = MemoryPolicyFlag.sortedNames) {
      self.modes = modes
      self.flags = flags
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("modes", &modes)
      try json.field("flags", &flags)
    }
  }
}
