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
  private let reserve: String

  /// Freed when the disk is full: removing images writes to the database before anything becomes free.
  private static let reserveBytes = 4 << 20

  /// - Parameter folder: the path of the store.
  init(folder: String) throws(ImageError) {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    }
    reserve = folder + "/reserve"
    do {
      queue = try StoreDatabase.open(folder + "/images.db", configuration)
      try queue.inTransaction(.immediate) { database in
        try StoreDatabase.makeTables(database)
        return .commit
      }
    } catch {
      throw StoreDatabase.failure("opening the database '\(folder)/images.db'", error)
    }
    keepReserve()
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

  /// One transaction: all of it, or nothing. On a full disk the reserve is given up and the body runs again.
  func write<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do {
      return try transaction(body)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
      try? FileManager.default.removeItem(atPath: reserve)
      do { return try transaction(body) } catch { throw StoreDatabase.failure(doing, error) }
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

  /// Makes the reserve file again; that there is no room for it is no error.
  func keepReserve() {
    guard !FileManager.default.fileExists(atPath: reserve) else { return }
    // Bytes that no file system stores as a hole.
    let bytes = Data(repeating: 0xa5, count: StoreDatabase.reserveBytes)
    if !FileManager.default.createFile(atPath: reserve, contents: bytes) {
      try? FileManager.default.removeItem(atPath: reserve)
    }
  }

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
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 else { return }
    try database.execute(
      sql: """
        CREATE TABLE blob (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, boot TEXT) WITHOUT ROWID;
        CREATE TABLE layer (
          id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, diff TEXT NOT NULL, bytes INTEGER NOT NULL,
          inodes INTEGER NOT NULL, hidesAll INTEGER NOT NULL, boot TEXT);
        CREATE TABLE image (
          id TEXT PRIMARY KEY, manifest TEXT NOT NULL, platform TEXT NOT NULL, size INTEGER NOT NULL,
          added INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE imageLayer (
          image TEXT NOT NULL REFERENCES image ON DELETE CASCADE, position INTEGER NOT NULL,
          layer INTEGER NOT NULL REFERENCES layer, blob TEXT NOT NULL, PRIMARY KEY (image, position)) WITHOUT ROWID;
        CREATE TABLE name (
          name TEXT PRIMARY KEY, image TEXT NOT NULL REFERENCES image ON DELETE CASCADE) WITHOUT ROWID;
        CREATE TABLE lease (
          id INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL, start INTEGER NOT NULL, boot TEXT NOT NULL);
        CREATE TABLE leaseItem (
          lease INTEGER NOT NULL REFERENCES lease ON DELETE CASCADE, digest TEXT, layer INTEGER REFERENCES layer);
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL UNIQUE, image TEXT NOT NULL);
        CREATE TABLE snapshotLayer (
          snapshot INTEGER NOT NULL REFERENCES snapshot ON DELETE CASCADE,
          layer INTEGER NOT NULL REFERENCES layer, PRIMARY KEY (snapshot, layer)) WITHOUT ROWID;
        CREATE INDEX imageLayerLayer ON imageLayer (layer);
        CREATE INDEX nameImage ON name (image);
        PRAGMA user_version = 1;
        """)
  }
}
