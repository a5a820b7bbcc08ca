// What a runtime can do with system call filters.

extension Features {
  /// What a runtime can do with system call filters.
  public struct Seccomp: JSONObject, Equatable, Sendable {
    public var enabled: Bool?
    public var actions: [String] = OCI.Seccomp.Action.sortedNames
    public var operators: [String] = OCI.Seccomp.Comparison.sortedNames
    public var archs: [String] = OCI.Seccomp.Architecture.sortedNames
    public var knownFlags: [String] = OCI.Seccomp.Flag.names
    /// Those of them which kernel and library have.
    public var supportedFlags: [String] = []

    public init() {}

    public init(
      enabled: Bool? = nil,
      actions: [String] = OCI.Seccomp.Action.sortedNames,
      operators: [String] = OCI.Seccomp.Comparison.sortedNames,
      archs: [String] = OCI.Seccomp.Architecture.sortedNames,
      knownFlags: [String] = OCI.Seccomp.Flag.names,
      supportedFlags: [String] = []
    ) {
      self.enabled = enabled
      self.actions = actions
      self.operators = operators
      self.archs = archs
      self.knownFlags = knownFlags
      self.supportedFlags = supportedFlags
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("enabled", &enabled)
      try json.field("actions", &actions)
      try json.field("operators", &operators)
      try json.field("archs", &archs)
      try json.field("knownFlags", &knownFlags)
      try json.field("supportedFlags", &supportedFlags)
    }
  }
}
