// What the agent of a system call filter gets.

/// What the agent of a system call filter gets beside the notify descriptor (config-linux.md).
public struct ContainerProcessState: JSONObject, Equatable, Sendable {
  /// The runtime-spec version of this state.
  public var version: String = specificationVersion
  /// The names of the descriptors that are sent along.
  public var fds: [String] = ["seccompFd"]
  /// The process as the runtime sees it.
  public var pid: Int32 = 0
  /// The filter's `listenerMetadata`.
  public var metadata: String = ""
  public var state: State = State()

  public init() {}

  public init(
    version: String = specificationVersion,
    fds: [String] = ["seccompFd"],
    pid: Int32 = 0,
    metadata: String = "",
    state: State = State()
  ) {
    self.version = version
    self.fds = fds
    self.pid = pid
    self.metadata = metadata
    self.state = state
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersion", &version, .always)
    try json.field("fds", &fds, .always)
    try json.field("pid", &pid, .always)
    try json.field("metadata", &metadata)
    try json.field("state", &state, .always)
  }
}
