// An image as programs read it.

public import OCI

/// An image as programs read it: what `--format json` prints.
public struct ImageSummary: JSONObject, Equatable, Sendable {
  public var id = ""
  public var names: [String] = []
  public var manifest = ""
  public var platform = ""
  /// Compressed bytes.
  public var size: Int64 = 0
  /// Bytes and inodes on the disk, shared ones among them.
  public var unpackedBytes: Int64 = 0
  public var inodes: Int64 = 0
  /// Seconds since 1970.
  public var added: Int64 = 0
  public var layers: [String] = []

  public init() {}

  public init(_ record: ImageRecord) {
    id = record.id.description
    names = record.names
    manifest = record.manifest.description
    platform = record.platform
    size = record.size
    unpackedBytes = record.layers.reduce(0) { $0 + $1.bytes }
    inodes = record.layers.reduce(0) { $0 + $1.inodes }
    added = record.added
    layers = record.layers.map(\.diffID.description)
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("id", &id, .always)
    try json.field("names", &names, .always)
    try json.field("manifest", &manifest, .always)
    try json.field("platform", &platform, .always)
    try json.field("size", &size, .always)
    try json.field("unpackedBytes", &unpackedBytes, .always)
    try json.field("inodes", &inodes, .always)
    try json.field("added", &added, .always)
    try json.field("layers", &layers, .always)
  }
}
