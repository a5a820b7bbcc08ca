// The database of a store: what there is, and who needs it.

internal import Foundation
internal import GRDB
internal import Linux

/// The database of a store: what there is, and who needs it. Several processes may have it open.
///
/// Every change is one transaction that takes the write lock at its beginning, so that whoever moves files within it
/// sees nobody else move any.
final class StoreDatabase: Sendable {
  private let queue: DatabaseQueue
  private let reserve: DiskReserve

  /// Of the tables.
  private static let version = 2

  /// - Parameter folder: the path of the store.
  init(folder: String) throws(ImageError) {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    }
    let reserve = DiskReserve(folder: folder + "/reserve")
    self.reserve = reserve
    reserve.makeRoom()
    do {
      queue = try StoreDatabase.connect(folder + "/images.db", configuration, reserve)
    } catch {
      throw StoreDatabase.failure("opening the database '\(folder)/images.db'", error)
    }
    reserve.fill(leavesSpare: true)
  }

  /// The last who closes the database gives back what its log took.
  deinit {
    try? queue.close()
    reserve.fill(leavesSpare: false)
  }

  /// Even whoever only reads needs the log's files, for which a full disk has no room.
  private static func connect(
    _ path: String, _ configuration: Configuration, _ reserve: DiskReserve
  ) throws -> DatabaseQueue {
    try usingReserve(reserve) { try prepare(path, configuration) }
  }

  /// Runs the body again with a part of the reserve each time the disk is full.
  private static func usingReserve<T>(_ reserve: DiskReserve, _ body: () throws -> T) throws -> T {
    while true {
      do { return try body() } catch let error as DatabaseError where isFull(error) {
        guard reserve.release() else { throw error }
      }
    }
  }

  private static func prepare(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
    let queue = try open(path, configuration)
    try queue.inTransaction(.immediate) { database in
      try makeTables(database)
      return .commit
    }
    return queue
  }

  /// A full disk shows as such, or as a file that cannot be made or enlarged.
  private static func isFull(_ error: DatabaseError) -> Bool {
    [.SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR].contains(error.resultCode)
  }

  /// Two openings at once, or one during the last closing, are busy without SQLite's own wait: it does not wait where
  /// the log is switched on, recovered or removed (sqlite.org/wal.html, section 10). Waited for 10 s here.
  private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
    for _ in 0..<400 {
      do {
        return try DatabaseQueue(path: path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        Thread.sleep(forTimeInterval: 0.025)
      }
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  func read<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do { return try queue.read(body) } catch { throw StoreDatabase.failure(doing, error) }
  }

  /// One transaction: all of it, or nothing.
  func write<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do { return try transaction(body) } catch { throw StoreDatabase.failure(doing, error) }
  }

  /// One transaction that gives room back in the end: on a full disk it takes the reserve.
  func remove<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do {
      return try StoreDatabase.usingReserve(reserve) { try transaction(body) }
    } catch {
      throw StoreDatabase.failure(doing, error)
    }
  }

  private func transaction<T>(_ body: (Database) throws -> T) throws -> T {
    var result: T?
    try queue.inTransaction(.immediate) { database in
      result = try body(database)
      return .commit
    }
    guard let result else { throw ImageError(.damaged, "the transaction did not run") }
    return result
  }

  /// Fills the reserve again after something became free.
  func keepReserve() { reserve.fill(leavesSpare: true) }

  private static func failure(_ doing: String, _ error: any Error) -> ImageError {
    if let error = error as? ImageError { return error }
    guard let error = error as? DatabaseError else { return ImageError(.damaged, "\(doing): \(error)") }
    let reason: ImageError.Reason =
      switch error.resultCode {
      case .SQLITE_FULL: .system(.noSpace)
      case .SQLITE_BUSY, .SQLITE_LOCKED: .inUse
      default: .damaged
      }
    return ImageError(reason, "\(doing): sqlite: \(error.message ?? "error \(error.resultCode.rawValue)")")
  }

  /// A row is written only in the transaction that puts its file in place; `boot` is the boot in which that happened,
  /// null once the file system was synced: after a power cut, rows of another boot tell of files that may be damaged.
  private static func makeTables(_ database: Database) throws {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if version == StoreDatabase.version { return }
    guard version == 0 else {
      throw ImageError(
        .unsupported,
        "the store is of version \(version), and this program knows version \(StoreDatabase.version) alone")
    }
    try database.execute(
      sql: """
        CREATE TABLE blob (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, boot TEXT) WITHOUT ROWID;
        CREATE TABLE layer (
          id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, diff TEXT NOT NULL, bytes INTEGER NOT NULL,
          inodes INTEGER NOT NULL, archive INTEGER NOT NULL, hidesAll INTEGER NOT NULL, boot TEXT);
        CREATE TABLE image (
          id TEXT PRIMARY KEY, manifest TEXT NOT NULL, platform TEXT NOT NULL, size INTEGER NOT NULL,
          added INTEGER NOT NULL, pinned INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE imageLayer (
          image TEXT NOT NULL REFERENCES image ON DELETE CASCADE, position INTEGER NOT NULL,
          layer INTEGER NOT NULL REFERENCES layer, blob TEXT NOT NULL, PRIMARY KEY (image, position)) WITHOUT ROWID;
        CREATE TABLE name (
          name TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES image ON DELETE CASCADE) WITHOUT ROWID;
        CREATE TABLE lease (
          id INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL, start INTEGER NOT NULL, boot TEXT NOT NULL);
        CREATE TABLE leaseItem (
          lease INTEGER NOT NULL REFERENCES lease ON DELETE CASCADE, digest TEXT, layer INTEGER REFERENCES layer);
        CREATE TABLE snapshot (
          id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, target TEXT NOT NULL UNIQUE,
          image TEXT NOT NULL, options INTEGER NOT NULL, users TEXT, state TEXT NOT NULL, boot TEXT NOT NULL,
          pid INTEGER NOT NULL, start INTEGER NOT NULL, holderBoot TEXT NOT NULL, bytes INTEGER, inodes INTEGER);
        CREATE TABLE snapshotLayer (
          snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE, position INTEGER NOT NULL,
          layer INTEGER NOT NULL REFERENCES layer, PRIMARY KEY (snapshot, position)) WITHOUT ROWID;
        CREATE INDEX snapshotLayerLayer ON snapshotLayer (layer);
        CREATE INDEX imageLayerLayer ON imageLayer (layer);
        CREATE INDEX nameImage ON name (image);
        PRAGMA user_version = \(StoreDatabase.version);
        """)
  }
}
