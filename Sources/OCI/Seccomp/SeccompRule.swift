// One rule of a system call filter.

extension Seccomp {
  /// One action for several system calls whose arguments match.
  public struct Rule: JSONObject, Equatable, Sendable {
    public var names: [String] = []
    public var action: Action = .allow
    /// The errno or trace value; absent means EPERM.
    public var errnoRet: UInt32?
    /// All of them must match.
    public var arguments: [Argument] = []

    public init() {}

    public init(names: [String], action: Action, errnoRet: UInt32? = nil, arguments: [Argument] = []) {
      self.names = names
      self.action = action
      self.errnoRet = errnoRet
      self.arguments = arguments
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("names", &names, .required)
      try json.field("action", &action, .required)
      try json.field("errnoRet", &errnoRet)
      try json.field("args", &arguments)
    }
  }
}
