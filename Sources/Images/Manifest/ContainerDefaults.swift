// What an image wants of its containers.

public import OCI

/// What an image wants of its containers, unless the caller says otherwise (image-spec config.md, `config`).
public struct ContainerDefaults: JSONObject, Equatable, Sendable {
  /// A name or number, with a group after a colon.
  public var user = ""
  public var exposedPorts = OrderedMap<EmptyObject>()
  public var environment: [String] = []
  public var entrypoint: [String] = []
  public var command: [String] = []
  public var volumes = OrderedMap<EmptyObject>()
  public var workingDirectory = ""
  public var labels = OrderedMap<String>()
  public var stopSignal = ""

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("User", &user)
    try json.field("ExposedPorts", &exposedPorts)
    try json.field("Env", &environment)
    try json.field("Entrypoint", &entrypoint)
    try json.field("Cmd", &command)
    try json.field("Volumes", &volumes)
    try json.field("WorkingDir", &workingDirectory)
    try json.field("Labels", &labels)
    try json.field("StopSignal", &stopSignal)
  }
}
