// An image of the store.

internal import GRDB

/// An image of the store.
public struct ImageRecord: Equatable, Sendable {
  /// The digest of its configuration, by which people know an image.
  public let id: Digest
  public let manifest: Digest
  /// `registry/repository:tag` and `registry/repository@digest`.
  public let names: [String]
  public let platform: String
  /// Bytes of its compressed layers and documents.
  public let size: Int64
  /// When it came into the store, in seconds since 1970.
  public let added: Int64
  /// Kept by collections even without a name, and by the collector of the node.
  public let isPinned: Bool
  /// The lowest first.
  public let layers: [LayerRecord]

  init(_ row: Row, _ database: Database) throws {
    let text: String = row["id"]
    guard let id = Digest(exactly: text), let manifest = Digest(exactly: row["manifest"]) else {
      throw ImageError(.damaged, "the store: an image has no digest")
    }
    self.id = id
    self.manifest = manifest
    platform = row["platform"]
    size = row["size"]
    added = row["added"]
    isPinned = row["pinned"]
    names = try String.fetchAll(database, sql: "SELECT name FROM name WHERE image = ? ORDER BY name", arguments: [text])
    let sql = """
      SELECT \(LayerRecord.columns) FROM imageLayer JOIN layer ON layer.id = imageLayer.layer
      WHERE image = ? ORDER BY position
      """
    layers = try Row.fetchAll(database, sql: sql, arguments: [text]).map { try LayerRecord($0) }
  }
}
