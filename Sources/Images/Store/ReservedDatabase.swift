// A database on a disk that may become full.

package import GRDB
internal import Foundation

/// A SQLite database with room kept beside it for the case that the disk is full: what removes things writes first and
/// gives room back afterwards. Several processes may have it open. Every change is one transaction, which takes the
/// write lock at its beginning.
package final class ReservedDatabase: Sendable {
  /// What survives what (sqlite.org/pragma.html, synchronous).
  package enum Durability: String, Sendable {
    /// A power cut.
    case full = "FULL"
    /// The end of this process, however it comes.
    case normal = "NORMAL"
  }

  private let queue: DatabaseQueue
  private let reserve: DiskReserve

  /// - Parameters:
  ///   - name: of the file in the folder.
  ///   - makeTables: called in a transaction, each time it is opened.
  package init(
    folder: String, name: String, _ durability: Durability, makeTables: (Database) throws -> Void
  ) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = \(durability.rawValue)")
    }
    let reserve = DiskReserve(folder: folder + "/reserve")
    self.reserve = reserve
    reserve.makeRoom()
    // Even whoever only reads needs the log's files, for which a full disk has no room.
    queue = try ReservedDatabase.usingReserve(reserve) {
      let queue = try ReservedDatabase.open("\(folder)/\(name)", configuration)
      try queue.inTransaction(.immediate) { database in
        try makeTables(database)
        return .commit
      }
      return queue
    }
    reserve.fill(leavesSpare: true)
  }

  /// The last who closes the database gives back what its log took.
  deinit {
    try? queue.close()
    reserve.fill(leavesSpare: false)
  }

  package func read<T>(_ body: (Database) throws -> T) throws -> T { try queue.read(body) }

  /// One transaction: all of it, or nothing.
  package func write<T>(_ body: (Database) throws -> T) throws -> T { try transaction(body) }

  /// One transaction that gives room back in the end: on a full disk it takes the reserve.
  package func remove<T>(_ body: (Database) throws -> T) throws -> T {
    try ReservedDatabase.usingReserve(reserve) { try transaction(body) }
  }

  /// Fills the reserve again after something became free.
  package func keepReserve() { reserve.fill(leavesSpare: true) }

  private func transaction<T>(_ body: (Database) throws -> T) throws -> T {
    var result: T?
    try queue.inTransaction(.immediate) { database in
      result = try body(database)
      return .commit
    }
    // A transaction that did not throw has run its body.
    return result!
  }

  /// Runs the body again with a part of the reserve each time the disk is full.
  private static func usingReserve<T>(_ reserve: DiskReserve, _ body: () throws -> T) throws -> T {
    while true {
      do { return try body() } catch let error as DatabaseError where isFull(error) {
        guard reserve.release() else { throw error }
      }
    }
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
}
