// The NUMA memory policy of a container.

/// The NUMA memory policy of a container (set_mempolicy(2)).
public struct MemoryPolicy: JSONObject, Equatable, Sendable {
  public var mode: MemoryPolicyMode = .standard
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
    try json.field("mode", &mode, .required)
    try json.field("nodes", &nodes)
    try json.field("flags", &flags)
  }
}
