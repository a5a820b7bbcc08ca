// The system call filter of a container.

/// The system call filter of a container (config-linux.md, section Seccomp).
public struct Seccomp: JSONObject, Equatable, Sendable {
  /// The action for calls without a rule; absent together with no rule means no filter, as runc has it.
  public var defaultAction: Action?
  /// The errno of that action; absent means EPERM.
  public var defaultErrnoRet: UInt32?
  /// Architectures beside the native one.
  public var architectures: [Architecture] = []
  /// Flags of seccomp(2); absent means the speculation flag alone if the kernel has it, as runc has it.
  public var flags: [Flag]?
  /// The socket of the agent that gets the notify descriptor.
  public var listenerPath: String = ""
  /// Passed to that agent unchanged.
  public var listenerMetadata: String = ""
  public var syscalls: [Rule] = []

  public init() {}

  public init(
    defaultAction: Action? = nil,
    defaultErrnoRet: UInt32? = nil,
    architectures: [Architecture] = [],
    flags: [Flag]? = nil,
    listenerPath: String = "",
    listenerMetadata: String = "",
    syscalls: [Rule] = []
  ) {
    self.defaultAction = defaultAction
    self.defaultErrnoRet = defaultErrnoRet
    self.architectures = architectures
    self.flags = flags
    self.listenerPath = listenerPath
    self.listenerMetadata = listenerMetadata
    self.syscalls = syscalls
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("defaultAction", &defaultAction)
    try json.field("defaultErrnoRet", &defaultErrnoRet)
    try json.field("architectures", &architectures)
    try json.field("flags", &flags)
    try json.field("listenerPath", &listenerPath)
    try json.field("listenerMetadata", &listenerMetadata)
    try json.field("syscalls", &syscalls)
  }
}
