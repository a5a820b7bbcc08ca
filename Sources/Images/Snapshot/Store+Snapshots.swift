// Mounted images of a store.

internal import GRDB
internal import Linux

extension Store {
  /// Mounts an image at a directory under a name of the caller's, until `removeSnapshot`. Its layers stay even when the
  /// image is removed. Either all of it is there afterwards, or nothing: also when this process is killed on the way,
  /// once the store is opened again.
  @discardableResult
  public func prepareSnapshot(
    _ request: SnapshotRequest, of image: ImageRecord
  ) throws(ImageError) -> SnapshotRecord {
    let place = try SnapshotTarget(request.target)
    let record = try recordSnapshot(request, place.path, image)
    do throws(ImageError) {
      try makeFolders(record, image.layers.last)
      try attach(record, image.layers, to: place)
      return try setState(.mounted, of: record)
    } catch {
      // What is left of it is removed by whoever opens the store next.
      try? discard(record)
      throw error
    }
  }

  /// Mounts an image at a directory, until `unmount`.
  /// - Parameter target: an absolute path.
  @discardableResult
  public func mount(
    _ image: ImageRecord, at target: String, _ options: SnapshotOptions = [], userNamespace: String? = nil
  ) throws(ImageError) -> SnapshotRecord {
    var request = SnapshotRequest(name: try SnapshotTarget(target).path, target: target)
    request.options = options
    request.userNamespace = userNamespace
    return try prepareSnapshot(request, of: image)
  }

  /// Unmounts a directory and removes what was changed in it. After a boot, when nothing is mounted, only the latter.
  public func unmount(_ target: String) throws(ImageError) {
    let path = (try? SnapshotTarget(target).path) ?? target
    guard let record = try snapshots().first(where: { $0.target == path }) else {
      throw ImageError(.notFound, "no image is mounted at '\(target)'")
    }
    try removeSnapshot(record.name)
  }

  public func snapshots() throws(ImageError) -> [SnapshotRecord] {
    try database.read("listing the snapshots") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM snapshot ORDER BY id").map { try SnapshotRecord($0) }
    }
  }

  public func snapshot(_ name: String) throws(ImageError) -> SnapshotRecord? {
    try database.read("looking for the snapshot '\(name.shortened)'") { database in
      try Row.fetchOne(database, sql: "SELECT * FROM snapshot WHERE name = ?", arguments: [name])
        .map { try SnapshotRecord($0) }
    }
  }

  /// Unmounts a snapshot and keeps its changes, for `mountSnapshot`. That it is unmounted already is no error.
  public func unmountSnapshot(_ name: String) throws(ImageError) {
    let record = try existing(name)
    if record.state == .unmounted { return }
    try detach(try setState(.unmounting, of: record))
    _ = try setState(.unmounted, of: record)
  }

  /// Mounts a snapshot again that was unmounted, or that ended with an earlier boot. That it is mounted already is no
  /// error.
  @discardableResult
  public func mountSnapshot(_ name: String) throws(ImageError) -> SnapshotRecord {
    let record = try existing(name)
    if record.state == .mounted { return record }
    let isVolatile = record.options.contains(.volatile)
    // Overlayfs refuses the folders as well: it finds its mark in them.
    guard !isVolatile || record.bootID == owner.bootID else {
      throw ImageError(.damaged, "the changes of '\(name.shortened)' were volatile and are from an earlier boot")
    }
    let place = try SnapshotTarget(record.target)
    let layers = try layers(of: record)
    let mounting = try setState(.mounting, of: record)
    do throws(ImageError) {
      if isVolatile { try renewWorkFolder(record) }
      try attach(mounting, layers, to: place)
      return try setState(.mounted, of: mounting)
    } catch {
      try? detach(mounting)
      _ = try? setState(.unmounted, of: mounting)
      throw error
    }
  }

  /// Unmounts a snapshot and drops its changes; what lies on the disk is left to `emptyTrash()`. That there is none of
  /// that name is no error.
  /// - Returns: whether there was one.
  @discardableResult
  public func removeSnapshot(_ name: String) throws(ImageError) -> Bool {
    guard let record = try snapshot(name) else { return false }
    try discard(try setState(.removing, of: record))
    return true
  }

  /// The folder of what a snapshot changed; nil for one that takes no changes.
  public func changesPath(of record: SnapshotRecord) -> String? {
    record.options.contains(.writable) ? "\(path)/s/\(record.id)/upper" : nil
  }
}

// MARK: - Rows

extension Store {
  private func existing(_ name: String) throws(ImageError) -> SnapshotRecord {
    if let record = try snapshot(name) { return record }
    throw ImageError(.notFound, "there is no snapshot '\(name.shortened)'")
  }

  private func recordSnapshot(
    _ request: SnapshotRequest, _ target: String, _ image: ImageRecord
  ) throws(ImageError) -> SnapshotRecord {
    let owner = owner
    return try database.write("recording a snapshot") { database in
      for (column, value) in [("name", request.name), ("target", target)] {
        let sql = "SELECT target FROM snapshot WHERE \(column) = ?"
        if let known = try String.fetchOne(database, sql: sql, arguments: [value]) {
          let named = column == "name" && request.name != target ? " as '\(request.name.shortened)'" : ""
          throw ImageError(.inUse, "an image is already mounted at '\(known)'" + named)
        }
      }
      let sql = """
        INSERT INTO snapshot (name, target, image, options, users, state, boot, pid, start, holderBoot)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
        """
      let row = try Row.fetchOne(
        database, sql: sql,
        arguments: [
          request.name, target, image.id.description, request.options.rawValue, request.userNamespace,
          SnapshotState.making.rawValue, owner.bootID, owner.pid, Int64(bitPattern: owner.startTicks), owner.bootID,
        ])
      guard let row else { throw ImageError(.damaged, "the snapshot was not recorded") }
      let record = try SnapshotRecord(row)
      for (position, layer) in image.layers.enumerated() {
        try database.execute(
          sql: "INSERT INTO snapshotLayer (snapshot, position, layer) VALUES (?, ?, ?)",
          arguments: [record.id, position, layer.id])
      }
      return record
    }
  }

  /// Writes what is about to happen, or what has happened, and by whom. What another process is doing with the
  /// snapshot must end first.
  func setState(_ state: SnapshotState, of record: SnapshotRecord) throws(ImageError) -> SnapshotRecord {
    let owner = owner
    return try database.remove("recording the state of a snapshot") { database in
      let known = try Row.fetchOne(database, sql: "SELECT * FROM snapshot WHERE id = ?", arguments: [record.id])
      guard let current = try known.map({ try SnapshotRecord($0) }) else {
        throw ImageError(.notFound, "there is no snapshot '\(record.name.shortened)' any more")
      }
      let isBusy = ![.mounted, .unmounted].contains(current.state)
      guard !isBusy || current.holder == owner || !current.holder.isAlive(in: owner.bootID) else {
        let who = "process \(current.holder.pid)"
        throw ImageError(.inUse, "\(who) is \(current.state.rawValue) '\(record.name.shortened)'")
      }
      let boot = state == .mounted ? owner.bootID : current.bootID
      let sql = """
        UPDATE snapshot SET state = ?, boot = ?, pid = ?, start = ?, holderBoot = ? WHERE id = ? RETURNING *
        """
      let row = try Row.fetchOne(
        database, sql: sql,
        arguments: [
          state.rawValue, boot, owner.pid, Int64(bitPattern: owner.startTicks), owner.bootID, record.id,
        ])
      guard let row else { throw ImageError(.damaged, "the state of a snapshot was not recorded") }
      return try SnapshotRecord(row)
    }
  }

  private func layers(of record: SnapshotRecord) throws(ImageError) -> [LayerRecord] {
    try database.read("looking for the layers of '\(record.name.shortened)'") { database in
      let sql = """
        SELECT \(LayerRecord.columns) FROM snapshotLayer JOIN layer ON layer.id = snapshotLayer.layer
        WHERE snapshot = ? ORDER BY position
        """
      return try Row.fetchAll(database, sql: sql, arguments: [record.id]).map { try LayerRecord($0) }
    }
  }
}

// MARK: - Folders and mounts

extension Store {
  /// Makes the folders of a snapshot that takes changes. The upper one shows its attributes as those of the root.
  private func makeFolders(_ record: SnapshotRecord, _ top: LayerRecord?) throws(ImageError) {
    guard record.options.contains(.writable) else { return }
    try attempting("making the folder of a snapshot") { () throws(SystemCallError) in
      let name = String(record.id)
      try folders.snapshots.makeDirectory(name, mode: 0o700)
      let folder = try folders.snapshots.open(name, [.readOnly, .directory])
      for part in ["upper", "work"] { try folder.makeDirectory(part, mode: 0o755) }
      let upper = try folder.open("upper", [.readOnly, .directory])
      if let top { try folders.layers.open(String(top.id), [.readOnly, .directory]).copyAttributes(to: upper) }
      guard let users = record.userNamespace else { return }
      let shown = try Overlay.mapped(folders, by: users).root.status(of: "s/\(name)/upper")
      try upper.changeOwner(uid: shown.uid, gid: shown.gid)
    }
  }

  /// Overlayfs marks the work folder of a volatile mount and refuses it another time; within one boot nothing is lost.
  private func renewWorkFolder(_ record: SnapshotRecord) throws(ImageError) {
    try attempting("making the folder of a snapshot") { () throws(SystemCallError) in
      let folder = try folders.snapshots.open(String(record.id), [.readOnly, .directory])
      try folder.removeTree(BytePath("work"))
      try folder.makeDirectory("work", mode: 0o755)
    }
  }

  private func attach(
    _ record: SnapshotRecord, _ layers: [LayerRecord], to place: borrowing SnapshotTarget
  ) throws(ImageError) {
    let tree = try Overlay(layers, record, in: self).mount()
    do throws(SystemCallError) { try tree.attach(to: place.directory, subject: record.target) } catch {
      throw ImageError("mounting at '\(record.target)'", error)
    }
  }
}

/// Where an image is to be mounted: an open directory, and its path as the kernel shows it in tables of mounts.
struct SnapshotTarget: ~Copyable {
  let directory: Descriptor
  let path: String

  init(_ target: String) throws(ImageError) {
    let doing = "opening '\(target)'"
    let directory = try attempting(doing) { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(target, [.path, .directory])
    }
    let link = "/proc/self/fd/\(directory.number)"
    path = try attempting(doing) { () throws(SystemCallError) in try Descriptor.workingDirectory.readLink(link) }
    self.directory = directory
  }
}
