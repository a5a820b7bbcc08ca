// The database of a store: what there is, and who needs it.

internal import CDatabase
internal import Foundation
internal import GRDB
internal import Linux

/// The database of a store: what there is, and who needs it. Several processes may have it open.
///
/// Every change is one transaction that takes the write lock at its beginning, so that whoever moves files within it
/// sees nobody else move any.
final class StoreDatabase: Sendable {
  private let database: ReservedDatabase

  /// Of the tables.
  private static let version = 2

  /// - Parameter folder: the path of the store.
  init(folder: String) throws(ImageError) {
    // Whoever takes every inode that becomes free would else keep the next process from opening the database. A refusal
    // leaves the reserve, which helps nearly always.
    _ = apus_database_keep_logs()
    do {
      database = try ReservedDatabase(folder: folder, name: "images.db", .full, makeTables: StoreDatabase.makeTables)
    } catch {
      throw StoreDatabase.failure("opening the database '\(folder)/images.db'", error)
    }
  }

  func read<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do { return try database.read(body) } catch { throw StoreDatabase.failure(doing, error) }
  }

  /// One transaction: all of it, or nothing.
  func write<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do { return try database.write(body) } catch { throw StoreDatabase.failure(doing, error) }
  }

  /// One transaction that gives room back in the end: on a full disk it takes the reserve.
  func remove<T>(_ doing: String, _ body: (Database) throws -> T) throws(ImageError) -> T {
    do { return try database.remove(body) } catch { throw StoreDatabase.failure(doing, error) }
  }

  /// Fills the reserve again after something became free.
  func keepReserve() { database.keepReserve() }

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
