// Mounted images of a store.

internal import GRDB
internal import Linux

/// How an image is mounted.
public struct SnapshotOptions: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Changes are taken by a folder of the snapshot's own.
  public static let writable = SnapshotOptions(rawValue: 1)
  /// What is written may be lost when the host stops.
  public static let volatile = SnapshotOptions(rawValue: 2)
}

/// A mounted image.
public struct SnapshotRecord: Equatable, Sendable {
  public let id: Int64
  /// The absolute path where it is mounted.
  public let target: String
  /// The id of the image, which may have lost its name since.
  public let image: String
}

extension Store {
  /// Mounts an image at a directory, until `unmount`. Its layers stay even when the image is removed.
  /// - Parameter target: an absolute path.
  @discardableResult
  public func mount(
    _ image: ImageRecord, at target: String, _ options: SnapshotOptions = []
  ) throws(ImageError) -> SnapshotRecord {
    let place = try attempting("opening '\(target)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(target, [.path, .directory])
    }
    let record = try recordSnapshot(image, target)
    do throws(ImageError) {
      let tree = try overlay(image, record, options)
      do throws(SystemCallError) { try tree.attach(to: place, subject: target) } catch {
        throw ImageError("mounting at '\(target)'", error)
      }
    } catch {
      try forget(record)
      throw error
    }
    return record
  }

  public func snapshots() throws(ImageError) -> [SnapshotRecord] {
    try database.read("listing the snapshots") { database in
      try Row.fetchAll(database, sql: "SELECT * FROM snapshot ORDER BY id").map {
        SnapshotRecord(id: $0["id"], target: $0["target"], image: $0["image"])
      }
    }
  }

  /// Unmounts a directory and removes what was changed in it. After a boot, when nothing is mounted, only the latter.
  public func unmount(_ target: String) throws(ImageError) {
    guard let record = try snapshots().first(where: { $0.target == target }) else {
      throw ImageError(.notFound, "no image is mounted at '\(target)'")
    }
    do throws(SystemCallError) {
      try detachMount(target)
    } catch {
      guard error.errno == .invalidArgument || error.errno == .noEntry else {
        throw ImageError("unmounting '\(target)'", error)
      }
    }
    try forget(record)
  }

  private func recordSnapshot(_ image: ImageRecord, _ target: String) throws(ImageError) -> SnapshotRecord {
    try database.write("recording a snapshot") { database in
      if try Int.fetchOne(database, sql: "SELECT 1 FROM snapshot WHERE target = ?", arguments: [target]) != nil {
        throw ImageError(.inUse, "an image is already mounted at '\(target)'")
      }
      let id = image.id.description
      try database.execute(sql: "INSERT INTO snapshot (target, image) VALUES (?, ?)", arguments: [target, id])
      let snapshot = database.lastInsertedRowID
      for layer in Set(image.layers.map(\.id)) {
        try database.execute(
          sql: "INSERT INTO snapshotLayer (snapshot, layer) VALUES (?, ?)", arguments: [snapshot, layer])
      }
      return SnapshotRecord(id: snapshot, target: target, image: id)
    }
  }

  private func forget(_ record: SnapshotRecord) throws(ImageError) {
    try database.write("forgetting a snapshot") { database in
      try database.execute(sql: "DELETE FROM snapshot WHERE id = ?", arguments: [record.id])
    }
    try sweep()
  }

  private func overlay(
    _ image: ImageRecord, _ record: SnapshotRecord, _ options: SnapshotOptions
  ) throws(ImageError) -> MountTree {
    guard options.contains(.writable) else { return try Overlay.mount(image.layers, folders) }
    let writable = try attempting("making the folder of a snapshot") { () throws(SystemCallError) in
      try makeWritable(record, image.layers.last)
    }
    return try Overlay.mount(image.layers, folders, writable: writable, isVolatile: options.contains(.volatile))
  }

  /// Makes the folders of a snapshot. The upper one shows its attributes as those of the root.
  private func makeWritable(
    _ record: SnapshotRecord, _ top: LayerRecord?
  ) throws(SystemCallError) -> Overlay.Writable {
    let name = String(record.id)
    try folders.snapshots.makeDirectory(name, mode: 0o700)
    let folder = try folders.snapshots.open(name, [.readOnly, .directory])
    for part in ["upper", "work"] { try folder.makeDirectory(part, mode: 0o755) }
    let upper = try folder.open("upper", [.readOnly, .directory])
    if let top { try folders.layers.open(String(top.id), [.readOnly, .directory]).copyAttributes(to: upper) }
    return Overlay.Writable(upper: upper, work: try folder.open("work", [.readOnly, .directory]))
  }
}
