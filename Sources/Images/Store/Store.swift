// The images of a host on its disk.

internal import Foundation
internal import GRDB
internal import Linux
internal import Synchronization

/// The images of a host on its disk. Any number of processes may use one at a time, and any of them may be killed at
/// any moment: files come into place, and rows about them, in one transaction; what is half made lies in a folder under
/// the name of its maker and is removed by whoever comes next.
public final class Store: Sendable {
  public static let defaultPath = "/var/lib/apus"

  /// Its folder, from the root on and without links.
  public let path: String
  let folders: StoreFolders
  let database: StoreDatabase
  /// This process, the owner of its leases and of what it is making.
  let owner: ProcessIdentity
  /// Of this process: it may have several stores open.
  private static let lastNumber = Atomic<Int>(0)

  /// Opens the store of a folder, makes it when there is none, and cleans up after processes that are gone.
  /// - Parameter emptiesTrash: false for whoever calls `emptyTrash()` when it has the time.
  public init(path: String = Store.defaultPath, emptiesTrash: Bool = true) throws(ImageError) {
    owner = try ProcessIdentity.current()
    let folders = try StoreFolders(path: path)
    self.folders = folders
    // As the kernel has it: processes of other working directories are told, and tables of mounts searched for it.
    self.path = try attempting("opening the store '\(path)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readLink("/proc/self/fd/\(folders.root.number)")
    }
    database = try StoreDatabase(folder: self.path)
    try recover()
    // What cannot be removed is no reason to refuse the rest; the next one tries again.
    if emptiesTrash { try? emptyTrash() }
  }

  /// A name in staging or trash that no other process uses.
  func newName() -> String {
    "\(owner.text)-\(Store.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  /// A lease for this process: what is used under it is not collected.
  public func lease() throws(ImageError) -> Lease {
    try Lease(store: self)
  }

  // MARK: - Cleaning up

  /// Removes what dead processes held, and what a power cut may have damaged.
  private func recover() throws(ImageError) {
    try database.remove("cleaning up the store") { database in
      try self.endDeadLeases(database)
      try self.dropUnsynced(database)
    }
    try repairSnapshots()
    try sweep()
  }

  func endDeadLeases(_ database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT id, pid, start, boot FROM lease") {
      let start: Int64 = row["start"]
      let holder = ProcessIdentity(pid: row["pid"], startTicks: UInt64(bitPattern: start), bootID: row["boot"])
      guard !holder.isAlive(in: owner.bootID) else { continue }
      try database.execute(sql: "DELETE FROM lease WHERE id = ?", arguments: [row["id"] as Int64])
    }
  }

  /// Forgets files that were put in place in an earlier boot and never synced: nobody knows what is in them.
  private func dropUnsynced(_ database: Database) throws {
    let boot = owner.bootID
    let blobs = "SELECT digest FROM blob WHERE boot <> :boot"
    let layers = "SELECT id FROM layer WHERE boot <> :boot"
    for sql in [
      """
      DELETE FROM image WHERE id IN (\(blobs)) OR manifest IN (\(blobs)) OR id IN
        (SELECT image FROM imageLayer WHERE layer IN (\(layers)) OR blob IN (\(blobs)))
      """,
      "DELETE FROM snapshot WHERE id IN (SELECT snapshot FROM snapshotLayer WHERE layer IN (\(layers)))",
      "DELETE FROM leaseItem WHERE layer IN (\(layers))",
      "DELETE FROM layer WHERE boot <> :boot",
      "DELETE FROM blob WHERE boot <> :boot",
    ] {
      try database.execute(sql: sql, arguments: ["boot": boot])
    }
  }

  /// Syncs the file system and then trusts what was put in place before, whatever happens to the power.
  public func settle() throws(ImageError) {
    let boot = owner.bootID
    let (layers, blobs) = try database.read("listing what is not synced") { database in
      (
        try Int64.fetchAll(database, sql: "SELECT id FROM layer WHERE boot = ?", arguments: [boot]),
        try String.fetchAll(database, sql: "SELECT digest FROM blob WHERE boot = ?", arguments: [boot])
      )
    }
    if layers.isEmpty && blobs.isEmpty { return }
    do throws(SystemCallError) { try folders.root.syncFileSystem() } catch {
      throw ImageError("syncing the store", error)
    }
    try database.write("recording what is synced") { database in
      for id in layers { try database.execute(sql: "UPDATE layer SET boot = NULL WHERE id = ?", arguments: [id]) }
      for digest in blobs {
        try database.execute(sql: "UPDATE blob SET boot = NULL WHERE digest = ?", arguments: [digest])
      }
    }
  }
}
