// The state of a container.

/// The state of a container as the specification has it: what hooks get on their standard input (runtime.md).
public struct State: JSONObject, Equatable, Sendable {
  /// The runtime-spec version of this state.
  public var version: String = specificationVersion
  public var id: String = ""
  public var status: Status = .creating
  /// The process in the runtime's PID namespace, 0 for none.
  public var pid: Int32 = 0
  /// The absolute path of the bundle.
  public var bundle: String = ""
  public var annotations: Annotations = Annotations()

  public init() {}

  public init(
    version: String = specificationVersion,
    id: String = "",
    status: Status = .creating,
    pid: Int32 = 0,
    bundle: String = "",
    annotations: Annotations = Annotations()
  ) {
    self.version = version
    self.id = id
    self.status = status
    self.pid = pid
    self.bundle = bundle
    self.annotations = annotations
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersion", &version, .always)
    try json.field("id", &id, .always)
    try json.field("status", &status, .required)
    try json.field("pid", &pid)
    try json.field("bundle", &bundle, .always)
    try json.field("annotations", &annotations)
  }
}
