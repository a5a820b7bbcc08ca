// The images of a store and their names.

internal import Foundation
internal import GRDB

extension Store {
  /// What is recorded about an image.
  public struct NewImage: Sendable {
    public var id: Digest
    public var manifest: Digest
    public var platform: String
    /// The lowest first, with the blob that each was unpacked from.
    public var layers: [(layer: LayerRecord, blob: Content)]
    public var names: [String]

    public init(id: Digest, manifest: Digest, platform: String, names: [String]) {
      self.id = id
      self.manifest = manifest
      self.platform = platform
      layers = []
      self.names = names
    }
  }

  /// Records an image whose parts are all in place under a lease, in one step: it is there whole or not at all. A name
  /// that another image had is taken from it.
  public func add(_ image: NewImage) throws(ImageError) {
    let size = image.layers.reduce(0) { $0 + $1.blob.size }
    let id = image.id.description
    try database.write("recording the image \(image.id.short)") { database in
      try database.execute(
        sql: """
          INSERT INTO image (id, manifest, platform, size, added) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET manifest = excluded.manifest
          """,
        arguments: [id, image.manifest.description, image.platform, size, Int64(Date().timeIntervalSince1970)])
      try database.execute(sql: "DELETE FROM imageLayer WHERE image = ?", arguments: [id])
      for (position, part) in image.layers.enumerated() {
        try database.execute(
          sql: "INSERT INTO imageLayer (image, position, layer, blob) VALUES (?, ?, ?, ?)",
          arguments: [id, position, part.layer.id, part.blob.digest.description])
      }
      for name in image.names { try Store.name(name, image: id, database) }
    }
  }

  /// All images, the newest first.
  public func images() throws(ImageError) -> [ImageRecord] {
    try database.read("listing the images") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM image ORDER BY added DESC, id").map {
        try ImageRecord($0, database)
      }
    }
  }

  /// The image of a name, of an id, or of the beginning of one.
  public func image(_ text: String) throws(ImageError) -> ImageRecord {
    let found = try database.read("looking for '\(text.shortened)'") { database in
      try Store.ids(text, database).map { id in
        try Row.fetchAll(database, sql: "SELECT * FROM image WHERE id = ?", arguments: [id]).map {
          try ImageRecord($0, database)
        }
      }.flatMap { $0 }
    }
    if found.count > 1 {
      throw ImageError(.invalidInput, "'\(text.shortened)' is the beginning of \(found.count) ids: write more of it")
    }
    if let image = found.first { return image }
    // A short name is refused with the name that could be meant.
    let isID = Digest(exactly: text) != nil || text.utf8.count >= 12 && text.utf8.allSatisfy(\.isLowerHexDigit)
    if !isID { _ = try Reference(text) }
    throw ImageError(.notFound, "there is no image '\(text.shortened)'")
  }

  /// Gives an image one more name.
  public func tag(_ text: String, as reference: Reference) throws(ImageError) {
    guard reference.digest == nil else {
      throw ImageError(.invalidInput, "'\(reference)' holds a digest, which is no name to give")
    }
    let id = try image(text).id.description
    try database.write("naming '\(reference)'") { try Store.name(reference.description, image: id, $0) }
  }

  /// Keeps an image in collections even when it has no name any more, or lets it go again. Whoever removes images when
  /// a disk fills up is told by its record to leave it alone.
  public func pin(_ text: String, _ isPinned: Bool = true) throws(ImageError) {
    let id = try image(text).id.description
    try database.write("pinning '\(text.shortened)'") { database in
      try database.execute(sql: "UPDATE image SET pinned = ? WHERE id = ?", arguments: [isPinned, id])
    }
  }

  /// Takes a name away, and the image with the last of its names; an id takes all of them. What nobody needs any more
  /// is removed by `collect()`.
  /// - Returns: the names, and the image when it is gone.
  public func remove(_ text: String) throws(ImageError) -> (names: [String], image: Digest?) {
    let image = try image(text)
    let reference = try? Reference(text)
    let isName = reference.map { image.names.contains($0.description) } ?? false
    return try database.remove("removing '\(text.shortened)'") { database in
      var names = image.names
      if isName, let reference {
        let others = names.filter { $0 != reference.description }
        // Names by digest came with a tag and go with the last one.
        let tagged = others.filter { !$0.contains("@") }
        if !tagged.isEmpty { names = [reference.description] }
      }
      for name in names { try database.execute(sql: "DELETE FROM name WHERE name = ?", arguments: [name]) }
      guard names.count == image.names.count else { return (names, nil) }
      try database.execute(sql: "DELETE FROM image WHERE id = ?", arguments: [image.id.description])
      return (names, image.id)
    }
  }

  private static func name(_ name: String, image: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO name (name, image) VALUES (?, ?) ON CONFLICT DO UPDATE SET image = excluded.image",
      arguments: [name, image])
  }

  /// The ids that a text may stand for; more than one only for a beginning of an id.
  private static func ids(_ text: String, _ database: Database) throws -> [String] {
    if let reference = try? Reference(text) {
      let sql = "SELECT image FROM name WHERE name = ?"
      var names = [reference.description]
      if let digest = reference.digest { names.append(reference.pinned(to: digest).description) }
      for name in names {
        if let id = try String.fetchOne(database, sql: sql, arguments: [name]) { return [id] }
      }
    }
    if Digest(exactly: text) != nil { return [text] }
    guard text.utf8.count >= 4, text.utf8.count <= 64, text.utf8.allSatisfy(\.isLowerHexDigit) else { return [] }
    return try String.fetchAll(
      database, sql: "SELECT id FROM image WHERE id >= ? AND id < ?",
      arguments: ["sha256:" + text, "sha256:" + text + "g"])
  }
}
