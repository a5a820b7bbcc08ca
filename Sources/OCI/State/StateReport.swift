// What the state command prints.

/// What `state` and `list` print: the state with some more fields, in runc's order.
public struct StateReport: JSONObject, Equatable, Sendable {
  /// The runtime-spec version of this state.
  public var version: String = specificationVersion
  public var id: String = ""
  /// 0 when the container is stopped.
  public var pid: Int32 = 0
  public var status: Status = .creating
  public var bundle: String = ""
  /// Absolute.
  public var rootfs: String = ""
  /// The time of creation in RFC 3339 with nanoseconds, UTC.
  public var created: String = ""
  public var annotations: Annotations = Annotations()
  /// The owner of the state directory: a name, or `#` and the id; empty in the output of `state`.
  public var owner: String = ""

  public init() {}

  public init(
    version: String = specificationVersion,
    id: String = "",
    pid: Int32 = 0,
    status: Status = .creating,
    bundle: String = "",
    rootfs: String = "",
    created: String = "",
    annotations: Annotations = Annotations(),
    owner: String = ""
  ) {
    self.version = version
    self.id = id
    self.pid = pid
    self.status = status
    self.bundle = bundle
    self.rootfs = rootfs
    self.created = created
    self.annotations = annotations
    self.owner = owner
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersion", &version, .always)
    try json.field("id", &id, .always)
    try json.field("pid", &pid, .always)
    try json.field("status", &status, .required)
    try json.field("bundle", &bundle, .always)
    try json.field("rootfs", &rootfs, .always)
    try json.field("created", &created, .always)
    try json.field("annotations", &annotations)
    try json.field("owner", &owner, .always)
  }
}
