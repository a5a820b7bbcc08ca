// What a running process needs and nobody may collect.

internal import GRDB

/// What a running process needs and nobody may collect: blobs and layers that belong to no image yet. It ends with
/// `end()`, with its last owner, or with the process, however that ends.
public final class Lease: Sendable {
  let id: Int64
  private let store: Store

  init(store: Store) throws(ImageError) {
    self.store = store
    let owner = store.owner
    id = try store.database.write("taking a lease") { database in
      try database.execute(
        sql: "INSERT INTO lease (pid, start, boot) VALUES (?, ?, ?)",
        arguments: [owner.pid, Int64(bitPattern: owner.startTicks), owner.bootID])
      return database.lastInsertedRowID
    }
  }

  deinit {
    // Whoever opens the store next ends the leases of dead processes; this one only ends sooner.
    try? end()
  }

  public func end() throws(ImageError) {
    let id = id
    try store.database.remove("ending a lease") { database in
      try database.execute(sql: "DELETE FROM lease WHERE id = ?", arguments: [id])
    }
  }

  func hold(_ digest: Digest, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO leaseItem (lease, digest) VALUES (?, ?)", arguments: [id, digest.description])
  }

  func hold(layer: Int64, _ database: Database) throws {
    try database.execute(sql: "INSERT INTO leaseItem (lease, layer) VALUES (?, ?)", arguments: [id, layer])
  }
}
