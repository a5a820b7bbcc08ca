// A layer of the store.

internal import GRDB

/// A layer of the store.
public struct LayerRecord: Hashable, Sendable {
  /// The name of its folder.
  public let id: Int64
  /// The digest of its archive.
  public let diffID: Digest
  /// The bytes of its files.
  public let bytes: Int64
  public let inodes: Int64
  /// The bytes of its archive.
  public let archiveSize: Int64
  /// Whether it hides all layers below it.
  public let hidesAll: Bool

  init(_ row: Row) throws(ImageError) {
    id = row["id"]
    bytes = row["bytes"]
    inodes = row["inodes"]
    archiveSize = row["archive"]
    hidesAll = row["hidesAll"]
    guard let digest = Digest(exactly: row["diff"]) else {
      throw ImageError(.damaged, "the store: layer \(id) has no digest")
    }
    diffID = digest
  }

  static let columns = "layer.id, layer.diff, layer.bytes, layer.inodes, layer.archive, layer.hidesAll"
}
