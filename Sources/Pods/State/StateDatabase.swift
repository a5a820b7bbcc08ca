// The pods and containers of this boot, on disk.

internal import Foundation
internal import GRDB
internal import Images

/// The pods and containers of this boot, on disk: what a killed daemon finds again. Synchronous only as far as a kill
/// needs it; after a boot its content is of use for cleaning up alone.
public final class StateDatabase: Sendable {
  private let database: ReservedDatabase

  public init(folder: String) throws(PodError) {
    do {
      database = try ReservedDatabase(folder: folder, name: "state.db", .normal, makeTables: StateDatabase.makeTables)
    } catch {
      throw StateDatabase.failure("opening the database '\(folder)/state.db'", error)
    }
  }

  private static func makeTables(_ database: Database) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") == 0 else { return }
    try database.execute(
      sql: """
        CREATE TABLE boot (id TEXT NOT NULL);
        CREATE TABLE pod (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, record BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE container (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, record BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE undo (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, step BLOB NOT NULL);
        CREATE INDEX undoOwner ON undo (owner);
        PRAGMA user_version = 1;
        """)
  }

  // MARK: - Boot

  /// The boot in which the content was written; nil for a new database.
  func boot() throws(PodError) -> String? {
    try read("reading the boot id") { try String.fetchOne($0, sql: "SELECT id FROM boot") }
  }

  func setBoot(_ id: String) throws(PodError) {
    try write("recording the boot id") { database in
      try database.execute(sql: "DELETE FROM boot")
      try database.execute(sql: "INSERT INTO boot VALUES (?)", arguments: [id])
    }
  }

  // MARK: - Records

  func pods() throws(PodError) -> [PodRecord] {
    try read("reading the pods") { database in
      try Data.fetchAll(database, sql: "SELECT record FROM pod").map {
        try JSONDecoder().decode(PodRecord.self, from: $0)
      }
    }
  }

  func containers() throws(PodError) -> [ContainerRecord] {
    try read("reading the containers") { database in
      try Data.fetchAll(database, sql: "SELECT record FROM container").map {
        try JSONDecoder().decode(ContainerRecord.self, from: $0)
      }
    }
  }

  func save(_ pod: PodRecord) throws(PodError) {
    try write("recording the pod \(pod.id)", isNew: pod.state == .creating) { database in
      try database.execute(
        sql: "INSERT INTO pod VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
        arguments: [pod.id, pod.configuration.metadata.reserved, try JSONEncoder().encode(pod)])
    }
  }

  func save(_ container: ContainerRecord) throws(PodError) {
    try write("recording the container \(container.id)", isNew: container.state == .creating) { database in
      try database.execute(
        sql: "INSERT INTO container VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record",
        arguments: [
          container.id, ContainerRecord.reserved(container.podID, container.configuration.metadata),
          try JSONEncoder().encode(container),
        ])
    }
  }

  func remove(pod id: String) throws(PodError) {
    try write("forgetting the pod \(id)") { try $0.execute(sql: "DELETE FROM pod WHERE id = ?", arguments: [id]) }
  }

  func remove(container id: String) throws(PodError) {
    try write("forgetting the container \(id)") {
      try $0.execute(sql: "DELETE FROM container WHERE id = ?", arguments: [id])
    }
  }

  // MARK: - Undo steps

  /// Writes down how what is about to be made is undone.
  func add(_ step: UndoStep, owner: String) throws(PodError) {
    try write("recording a step of \(owner)", isNew: true) { database in
      try database.execute(
        sql: "INSERT INTO undo (owner, step) VALUES (?, ?)", arguments: [owner, try JSONEncoder().encode(step)])
    }
  }

  /// The steps of a pod or container, the last first.
  func steps(of owner: String) throws(PodError) -> [UndoRow] {
    try read("reading the steps of \(owner)") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM undo WHERE owner = ? ORDER BY id DESC", arguments: [owner]).map {
        try UndoRow(
          id: $0["id"], owner: $0["owner"], step: JSONDecoder().decode(UndoStep.self, from: $0["step"] as Data))
      }
    }
  }

  /// All owners of steps.
  func owners() throws(PodError) -> Set<String> {
    try read("reading the owners of steps") { try Set(String.fetchAll($0, sql: "SELECT DISTINCT owner FROM undo")) }
  }

  func remove(_ row: UndoRow) throws(PodError) {
    try write("forgetting a step of \(row.owner)") {
      try $0.execute(sql: "DELETE FROM undo WHERE id = ?", arguments: [row.id])
    }
  }

  // MARK: - Transactions

  private func read<T>(_ doing: String, _ body: (Database) throws -> T) throws(PodError) -> T {
    do { return try database.read(body) } catch { throw StateDatabase.failure(doing, error) }
  }

  /// One transaction. On a full disk what is new is refused, and the reserve is given up for all else: what ends or is
  /// taken away has to be known.
  private func write(
    _ doing: String, isNew: Bool = false, _ body: (Database) throws -> Void
  ) throws(PodError) {
    do {
      if isNew { try database.write(body) } else { try database.remove(body) }
    } catch {
      throw StateDatabase.failure(doing, error)
    }
  }

  /// Fills the reserve again after something became free.
  func keepReserve() { database.keepReserve() }

  private static func failure(_ doing: String, _ error: any Error) -> PodError {
    guard let error = error as? DatabaseError else { return PodError.wrapping(error, doing) }
    let reason: PodError.Reason =
      switch error.resultCode {
      // A log's index that cannot grow shows as an error of the file.
      case .SQLITE_FULL, .SQLITE_IOERR: .exhausted
      default: .failed
      }
    return PodError(reason, "\(doing): sqlite: \(error.message ?? "error \(error.resultCode.rawValue)")")
  }
}
