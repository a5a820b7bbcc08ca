// What a store takes of the disk.

internal import GRDB
internal import Linux

/// What a store takes of the disk.
public struct StoreUsage: Equatable, Sendable {
  /// Layers, manifests, configurations and compressed layers.
  public let images: DiskUsage
  /// The changes of all snapshots, as they were measured last.
  public let snapshots: DiskUsage
}

extension Store {
  /// The sums of what was recorded when each part came: no walk through the disk.
  public func usage() throws(ImageError) -> StoreUsage {
    try database.read("summing up the store") { database in
      func sum(_ columns: String, _ table: String) throws -> DiskUsage {
        let row = try Row.fetchOne(database, sql: "SELECT \(columns) FROM \(table)")
        return DiskUsage(bytes: row?[0] ?? 0, inodes: row?[1] ?? 0)
      }
      let layers = try sum("sum(bytes), sum(inodes)", "layer")
      let blobs = try sum("sum(size), count(*)", "blob")
      return StoreUsage(images: layers + blobs, snapshots: try sum("sum(bytes), sum(inodes)", "snapshot"))
    }
  }

  /// Walks through what a snapshot changed, and remembers the result for `usage()` and its record.
  @discardableResult
  public func measureSnapshot(_ name: String) throws(ImageError) -> DiskUsage {
    guard let record = try snapshot(name) else {
      throw ImageError(.notFound, "there is no snapshot '\(name.shortened)'")
    }
    var usage = DiskUsage()
    if let path = changesPath(of: record) {
      usage = try attempting("measuring '\(name.shortened)'") { () throws(SystemCallError) in
        try TreeUsage.measure(try Descriptor.workingDirectory.open(path, [.readOnly, .directory, .noFollow]))
      }
    }
    let measured = usage
    try database.write("recording the size of a snapshot") { database in
      try database.execute(
        sql: "UPDATE snapshot SET bytes = ?, inodes = ? WHERE id = ?",
        arguments: [measured.bytes, measured.inodes, record.id])
    }
    return measured
  }
}
