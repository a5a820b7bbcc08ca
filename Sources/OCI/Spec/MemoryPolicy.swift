// The NUMA memory policy of a container.

/// The NUMA memory policy of a container (set_mempolicy(2)).
public struct MemoryPolicy: JSONObject, Equatable, Sendable {
  /// Absent is refused by the checks.
  public var mode: MemoryPolicyMode?
  /// Memory nodes as a list such as `0-3,7`.
  public var nodes: String = ""
  public var flags: [MemoryPolicyFlag] = []

  public init() {}

  public init(mode: MemoryPolicyMode, nodes: String = "", flags: [MemoryPolicyFlag] = []) {
    self.mode = mode
    self.nodes = nodes
    self.flags = flags
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("mode", &mode)
    try json.field("nodes", &nodes)
    try json.field("flags", &flags)
  }
}
