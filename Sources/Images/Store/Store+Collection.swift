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

  /// Which images a collection may take.
  public enum CollectionScope: Sendable {
    /// Images without a name go, unless they are pinned.
    case unnamedImages
    /// No image goes, only what belongs to none.
    case parts
  }

  /// Removes images without a name, then layers and blobs that no image, snapshot or lease needs. Rows go first, files
  /// after them: whatever interrupts it in between, the files that are left have no row, and the next one removes them.
  /// What was removed is out of sight at once; `emptyTrash()` gives the room back.
  @discardableResult
  public func collect(_ scope: CollectionScope = .unnamedImages) throws(ImageError) -> Collected {
    let collected = try database.remove("collecting what is not needed") { database in
      try self.endDeadLeases(database)
      var collected = Collected()
      for (sql, count) in Store.deletions.dropFirst(scope == .parts ? 1 : 0) {
        try database.execute(sql: sql)
        collected[keyPath: count] = database.changesCount
      }
      return collected
    }
    try sweep()
    return collected
  }

  /// Removes what lies in the trash and belongs to nobody who is at it already. It may take long: what else uses the
  /// store does not wait for it.
  public func emptyTrash() throws(ImageError) {
    do throws(SystemCallError) {
      for entry in try folders.trash.byteEntries() { try removeTrash(entry.name) }
    } catch {
      throw ImageError("emptying the trash", error)
    }
    database.keepReserve()
  }

  /// Whether `emptyTrash()` would find something.
  public func hasTrash() throws(ImageError) -> Bool {
    try attempting("looking into the trash") { () throws(SystemCallError) in try !folders.trash.byteEntries().isEmpty }
  }

  private static var deletions: [(String, WritableKeyPath<Collected, Int>)] {
    [
      ("DELETE FROM image WHERE pinned = 0 AND id NOT IN (SELECT image FROM name)", \.images),
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

  /// Moves to the trash what has no row, and what processes that are gone were making.
  func sweep() throws(ImageError) {
    try database.remove("sweeping the store") { database in
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
      for entry in try folders.staging.byteEntries() where !isHeld(entry.name) {
        try discardEntry(entry.name, of: folders.staging)
      }
      for entry in try folders.places.byteEntries() where !isHeld(entry.name) {
        MountPlace.remove(entry.name.text, "\(path)/m/\(entry.name.text)", folders)
      }
    } catch {
      throw ImageError("sweeping the store", error)
    }
  }

  private static func names(_ sql: String, _ database: Database) throws -> Set<String> {
    Set(try String.fetchAll(database, sql: sql))
  }

  /// To be called under the write lock: files come into place under it.
  private func trashStrangers(of folder: borrowing Descriptor, known: Set<String>) throws(SystemCallError) {
    for entry in try folder.byteEntries() where !known.contains(entry.name.text) {
      try discardEntry(entry.name, of: folder)
    }
  }

  /// Moves an entry to the trash; that it is gone already is no error.
  func discardEntry(_ name: BytePath?, of folder: borrowing Descriptor) throws(SystemCallError) {
    guard let name, let place = BytePath(newName().utf8) else { return }
    do throws(SystemCallError) {
      try folder.rename(name, to: place, in: folders.trash)
    } catch {
      if error.errno == .noEntry { return }
      // Even a name takes room, which a full disk does not have.
      guard error.errno == .noSpace else { throw error }
      try folder.removeTree(name)
    }
  }

  /// Whether the process that made an entry still runs.
  private func isHeld(_ name: BytePath) -> Bool {
    ProcessIdentity(name: name.text, bootID: owner.bootID)?.isAlive(in: owner.bootID) ?? false
  }

  /// Takes an entry of the trash for this process, so that nobody else works on it, and removes it.
  private func removeTrash(_ name: BytePath) throws(SystemCallError) {
    let isOwn = name.text.hasPrefix(owner.text + "-") && !name.text.hasSuffix(Store.taken)
    guard isOwn || !isHeld(name), var place = BytePath((newName() + Store.taken).utf8) else { return }
    do throws(SystemCallError) {
      try folders.trash.rename(name, to: place, in: folders.trash)
    } catch {
      // Somebody else took it.
      if error.errno == .noEntry { return }
      guard error.errno == .noSpace else { throw error }
      place = name
    }
    // What was being made there when its maker was killed may grow for a moment more.
    for _ in 0..<20 {
      do throws(SystemCallError) { return try folders.trash.removeTree(place) } catch {
        guard error.errno == .noEntry || error.errno == .notEmpty else { throw error }
      }
    }
  }

  private static let taken = "-taken"
}
