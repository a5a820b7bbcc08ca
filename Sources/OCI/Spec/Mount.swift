// One mount of a container.

/// One mount of a container (config.md, section Mounts).
public struct Mount: JSONObject, Equatable, Sendable {
  /// The place in the container; a relative one counts from `/`.
  public var destination: String = ""
  /// The filesystem type; meaningless for a bind mount.
  public var type: String = ""
  /// A device, a dummy, or for a bind mount a path, absolute or relative to the bundle.
  public var source: String = ""
  /// Options as in fstab(5) (config.md, section Linux mount options).
  public var options: [String] = []
  /// The id mapping of an idmapped mount (mount_setattr(2)).
  public var uidMappings: [IDMapping] = []
  public var gidMappings: [IDMapping] = []

  public init() {}

  public init(
    destination: String,
    type: String = "",
    source: String = "",
    options: [String] = [],
    uidMappings: [IDMapping] = [],
    gidMappings: [IDMapping] = []
  ) {
    self.destination = destination
    self.type = type
    self.source = source
    self.options = options
    self.uidMappings = uidMappings
    self.gidMappings = gidMappings
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("destination", &destination, .always)
    try json.field("type", &type)
    try json.field("source", &source)
    try json.field("options", &options)
    try json.field("uidMappings", &uidMappings)
    try json.field("gidMappings", &gidMappings)
  }
}
