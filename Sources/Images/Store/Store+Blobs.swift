// Manifests, configurations and compressed layers of a store.

internal import GRDB
public import Linux

extension Store {
  public func writer(of content: Content) throws(ImageError) -> BlobWriter {
    try BlobWriter(self, content, listener: nil)
  }

  /// - Parameter listener: a socket that gets the bytes, too; it is closed with the writer.
  func writer(of content: Content, listener: consuming Descriptor) throws(ImageError) -> BlobWriter {
    try BlobWriter(self, content, listener: listener)
  }

  /// Adds content that is all there; that it is there already is no error.
  @discardableResult
  public func add(_ bytes: [UInt8], _ lease: Lease) throws(ImageError) -> Digest {
    let content = Content(digest: ContentHash.digest(bytes), size: Int64(bytes.count))
    if try holds(content.digest, lease) { return content.digest }
    var writer = try writer(of: content)
    try writer.write(bytes, 0..<bytes.count)
    try writer.commit(lease)
    return content.digest
  }

  /// Whether the content is there; the lease keeps it there.
  public func holds(_ digest: Digest, _ lease: Lease) throws(ImageError) -> Bool {
    try database.write("looking for \(digest)") { database in
      let sql = "SELECT size FROM blob WHERE digest = ?"
      guard let size = try Int64.fetchOne(database, sql: sql, arguments: [digest.description]),
        let status = try? self.folders.blobs.status(of: Store.path(of: digest)), Int64(status.size) == size
      else { return false }
      try lease.hold(digest, database)
      return true
    }
  }

  public func open(_ digest: Digest) throws(ImageError) -> Descriptor {
    do throws(SystemCallError) {
      return try folders.blobs.open(Store.path(of: digest), [.readOnly, .noFollow])
    } catch {
      throw ImageError(
        error.errno == .noEntry ? .notFound : .system(error.errno), "opening \(digest): \(error.message)")
    }
  }

  /// A whole document, hashed once more: disks forget.
  public func document(_ digest: Digest, limits: ImageLimits = ImageLimits()) throws(ImageError) -> [UInt8] {
    let file = try open(digest)
    let bytes: [UInt8]
    do throws(SystemCallError) { bytes = try file.readToEnd(limit: Int(limits.documentBytes)) } catch {
      throw ImageError("reading \(digest)", error)
    }
    guard ContentHash.digest(bytes, digest.algorithm) == digest else {
      throw ImageError(.damaged, "\(digest) is damaged in the store: remove the image and pull it again")
    }
    return bytes
  }

  /// Moves a file of staging to its place. A row without its file, or a file without its row, is made whole.
  func place(_ name: String, as content: Content, _ lease: Lease) throws(ImageError) {
    let boot = owner.bootID
    try database.write("adding \(content.digest)") { database in
      try database.execute(
        sql: "INSERT INTO blob (digest, size, boot) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET boot = excluded.boot",
        arguments: [content.digest.description, content.size, boot])
      try lease.hold(content.digest, database)
      try self.folders.staging.rename(name, to: Store.path(of: content.digest), in: self.folders.blobs)
    }
  }

  static func path(of digest: Digest) -> String { "\(digest.algorithm.rawValue)/\(digest.hex)" }
}
