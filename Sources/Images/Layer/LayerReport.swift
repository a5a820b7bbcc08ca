// What came out of a layer.

public import OCI

/// What came out of a layer: its digests, what it takes of the file system, and what its parents have to complete.
public struct LayerReport: JSONObject, Equatable, Sendable {
  /// Of the compressed bytes; empty where nobody asked for it.
  public var digest = ""
  public var size: Int64 = 0
  /// Of the archive.
  public var diffID = ""
  public var archiveSize: Int64 = 0
  /// The bytes of its files, each file once.
  public var bytes: Int64 = 0
  /// The inodes that it made.
  public var inodes: Int64 = 0
  /// Whether it hides all that lies below it: overlay does not read this mark at the root of a layer.
  public var hidesAll = false
  /// Whether the archive describes its root, which most leave to the layers below.
  public var describesRoot = false
  /// Directories that entries need and that the layer itself does not hold, as `EntryPath.encoded` writes them: their
  /// owners and modes are those of the layers below.
  public var missingParents: [String] = []

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("digest", &digest)
    try json.field("size", &size)
    try json.field("diffID", &diffID)
    try json.field("archiveSize", &archiveSize)
    try json.field("bytes", &bytes)
    try json.field("inodes", &inodes)
    try json.field("hidesAll", &hidesAll)
    try json.field("describesRoot", &describesRoot)
    try json.field("missingParents", &missingParents)
  }
}
