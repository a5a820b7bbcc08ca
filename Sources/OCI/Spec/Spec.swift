// The content of config.json.

/// The configuration of one container, as config.json holds it (runtime-spec, config.md).
public struct Spec: JSONObject, Equatable, Sendable {
  /// The runtime-spec version which the bundle follows.
  public var version: String = ""
  /// The user's process; the spec allows it to be absent until `start`, runc and this runtime do not.
  public var process: Process?
  /// The root filesystem.
  public var root: Root = Root()
  /// The host name in the container, empty for the one that is there.
  public var hostname: String = ""
  /// The NIS domain name in the container, empty for the one that is there.
  public var domainname: String = ""
  /// Mounts beside the root filesystem, in the order in which they are made.
  public var mounts: [Mount] = []
  /// Programs run at points of the life cycle.
  public var hooks: Hooks = Hooks()
  /// Free metadata, passed on unchanged.
  public var annotations: Annotations = Annotations()
  /// All that is peculiar to Linux.
  public var linux: LinuxSettings = LinuxSettings()

  public init() {}

  public init(
    version: String = "",
    process: Process? = nil,
    root: Root = Root(),
    hostname: String = "",
    domainname: String = "",
    mounts: [Mount] = [],
    hooks: Hooks = Hooks(),
    annotations: Annotations = Annotations(),
    linux: LinuxSettings = LinuxSettings()
  ) {
    self.version = version
    self.process = process
    self.root = root
    self.hostname = hostname
    self.domainname = domainname
    self.mounts = mounts
    self.hooks = hooks
    self.annotations = annotations
    self.linux = linux
  }

  /// - Parameter leavesOutFilter: reads all but `linux.seccomp`, which is most of many a document.
  public static func decode(_ bytes: [UInt8], leavesOutFilter: Bool = false) throws(SpecError) -> Spec {
    let coder = JSONCoder(reading: try JSONParser.parse(bytes))
    coder.leavesOutFilter = leavesOutFilter
    var spec = Spec()
    try coder.expectObject()
    try spec.fields(coder)
    return spec
  }

  /// - Parameter unknown: gets the fields that this runtime does not know, and so ignores.
  public static func decode(_ bytes: [UInt8], unknown: inout [SpecError]) throws(SpecError) -> Spec {
    let coder = JSONCoder(reading: try JSONParser.parse(bytes))
    coder.tracksFields()
    var spec = Spec()
    try coder.expectObject()
    try spec.fields(coder)
    unknown += coder.unknownFields
    return spec
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("ociVersion", &version, .always)
    try json.field("process", &process)
    try json.field("root", &root)
    try json.field("hostname", &hostname)
    try json.field("domainname", &domainname)
    try json.field("mounts", &mounts)
    try json.field("hooks", &hooks)
    try json.field("annotations", &annotations)
    try json.field("linux", &linux)
  }
}
