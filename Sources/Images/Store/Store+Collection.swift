// Removing what nobody needs any more.

internal import GRDB
internal import Linux

extension Store {
  /// What a collection removed.
  public struct Collected: Equatable, Sendable {
    public var images = 0
    public var layers = 0
    public var blobs = 0
  }

  /// Removes images without a name, then layers and blobs that no image, snapshot or lease needs. Rows go first, files
  /// after them: whatever interrupts it in between, the files that are left have no row, and the next one removes them.
  @discardableResult
  public func collect() throws(ImageError) -> Collected {
    let collected = try database.write("collecting what is not needed") { database in
      try self.endDeadLeases(database)
      var collected = Collected()
      for (sql, count) in Store.deletions {
        try database.execute(sql: sql)
        collected[keyPath: count] = database.changesCount
      }
      return collected
    }
    try sweep()
    database.keepReserve()
    return collected
  }

  private static var deletions: [(String, WritableKeyPath<Collected, Int>)] {
    [
      ("DELETE FROM image WHERE id NOT IN (SELECT image FROM name)", \.images),
      (
        """
        DELETE FROM layer WHERE id NOT IN (SELECT layer FROM imageLayer)
          AND id NOT IN (SELECT layer FROM snapshotLayer)
          AND id NOT IN (SELECT layer FROM leaseItem WHERE layer IS NOT NULL)
        """, \.layers
      ),
      (
        """
        DELETE FROM blob WHERE digest NOT IN (SELECT id FROM image) AND digest NOT IN (SELECT manifest FROM image)
          AND digest NOT IN (SELECT blob FROM imageLayer)
          AND digest NOT IN (SELECT digest FROM leaseItem WHERE digest IS NOT NULL)
        """, \.blobs
      ),
    ]
  }

  /// Moves files without a row to the trash, and empties the trash and the staging of processes that are gone.
  func sweep() throws(ImageError) {
    try database.write("sweeping the store") { database in
      try self.trashStrangers(of: self.folders.layers, known: Store.names("SELECT id FROM layer", database))
      try self.trashStrangers(of: self.folders.snapshots, known: Store.names("SELECT id FROM snapshot", database))
      for algorithm in DigestAlgorithm.allCases {
        let folder = try self.folders.blobs.open(algorithm.rawValue, [.readOnly, .directory])
        let start = algorithm.rawValue + ":"
        let digests = try Store.names("SELECT digest FROM blob", database).filter { $0.hasPrefix(start) }
        try self.trashStrangers(of: folder, known: Set(digests.map { String($0.dropFirst(start.utf8.count)) }))
      }
    }
    do throws(SystemCallError) {
      try empty(folders.staging, isOwn: { _ in false })
      // What this process itself moved there is removed as well.
      try empty(folders.trash, isOwn: { $0.hasPrefix(self.owner.text + "-") })
    } catch {
      throw ImageError("emptying the trash", error)
    }
  }

  private static func names(_ sql: String, _ database: Database) throws -> Set<String> {
    Set(try String.fetchAll(database, sql: sql))
  }

  /// To be called under the write lock: files come into place under it.
  private func trashStrangers(of folder: borrowing Descriptor, known: Set<String>) throws(SystemCallError) {
    for entry in try folder.byteEntries() where !known.contains(entry.name.text) {
      try folder.rename(entry.name, to: BytePath(newName().utf8) ?? entry.name, in: folders.trash)
    }
  }

  private func empty(_ folder: borrowing Descriptor, isOwn: (String) -> Bool) throws(SystemCallError) {
    for entry in try folder.byteEntries() {
      let maker = ProcessIdentity(name: entry.name.text, bootID: owner.bootID)
      if !isOwn(entry.name.text), let maker, maker.isAlive(in: owner.bootID) { continue }
      do throws(SystemCallError) {
        try folder.removeTree(entry.name)
      } catch {
        // Another process empties it too: whoever is left finishes.
        guard error.errno == .noEntry || error.errno == .notEmpty else { throw error }
      }
    }
  }
}
