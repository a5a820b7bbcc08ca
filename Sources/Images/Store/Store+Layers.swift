// The unpacked layers of a store.

internal import GRDB
internal import Linux

extension Store {
  /// The digest that stands for a layer together with all below it (image-spec config.md, ChainID).
  public static func chainID(_ diffIDs: some Collection<Digest>) -> Digest? {
    diffIDs.reduce(nil) { chain, diffID in
      guard let chain else { return diffID }
      return ContentHash.digest(Array("\(chain) \(diffID)".utf8))
    }
  }

  /// The uppermost layer of a chain, if it is unpacked; the lease keeps it so.
  public func layer(_ diffIDs: ArraySlice<Digest>, _ lease: Lease) throws(ImageError) -> LayerRecord? {
    guard let diffID = diffIDs.last, let chainID = Store.chainID(diffIDs) else { return nil }
    return try database.write("looking for the layer \(diffID)") { database in
      let keys = [diffID.description, chainID.description]
      guard let record = try self.record(keys, database),
        (try? self.folders.layers.status(of: String(record.id))) != nil
      else { return nil }
      try lease.hold(layer: record.id, database)
      return record
    }
  }

  /// Makes a folder for a layer to be unpacked into.
  public func stageLayer() throws(ImageError) -> StagedLayer { try StagedLayer(self) }

  /// Puts an unpacked layer in place above others.
  ///
  /// A layer is the same above any others, so that it is kept once, unless its archive lacks directories: those look as
  /// in the layers below, and then it is kept for this chain alone.
  public func add(
    _ staged: consuming StagedLayer, _ report: LayerReport, above lower: [LayerRecord], _ lease: Lease
  ) throws(ImageError) -> LayerRecord {
    guard let diffID = Digest(exactly: report.diffID),
      let chainID = Store.chainID(lower.map(\.diffID) + [diffID])
    else { throw ImageError(.damaged, "the report of a layer has no digest") }
    let missing = try missingParents(report, lower)
    try completeParents(staged, missing, lower)
    if !report.describesRoot, let below = lower.last { try copyRootTime(staged, below) }
    let key = missing.isEmpty ? diffID : chainID
    let (name, boot) = (staged.name, owner.bootID)
    let (record, isNew) = try database.write("adding the layer \(diffID)") { database in
      if let known = try self.record([key.description], database) {
        try lease.hold(layer: known.id, database)
        return (known, false)
      }
      try database.execute(
        sql: "INSERT INTO layer (key, diff, bytes, inodes, archive, hidesAll, boot) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          key.description, report.diffID, report.bytes, report.inodes, report.archiveSize, report.hidesAll, boot,
        ])
      let id = database.lastInsertedRowID
      try lease.hold(layer: id, database)
      try self.clearLayer(id)
      try self.folders.staging.rename(name, to: String(id), in: self.folders.layers)
      guard let record = try self.record([key.description], database) else {
        throw ImageError(.damaged, "the layer was not recorded")
      }
      return (record, true)
    }
    if isNew { staged.wasMoved() }
    return record
  }

  /// A folder that an interrupted transaction left under a number that comes again.
  private func clearLayer(_ id: Int64) throws(SystemCallError) {
    do throws(SystemCallError) {
      try folders.layers.rename(String(id), to: newName(), in: folders.trash)
    } catch {
      guard error.errno == .noEntry else { throw error }
    }
  }

  private func record(_ keys: [String], _ database: Database) throws -> LayerRecord? {
    for key in keys {
      let sql = "SELECT \(LayerRecord.columns) FROM layer WHERE key = ?"
      if let row = try Row.fetchOne(database, sql: sql, arguments: [key]) { return try LayerRecord(row) }
    }
    return nil
  }

  /// The directories that need the layers below. The root is among them only where it looks there as no root does:
  /// hardly an archive describes its root, and nearly all of them are the same.
  private func missingParents(_ report: LayerReport, _ lower: [LayerRecord]) throws(ImageError) -> [EntryPath] {
    var paths: [EntryPath] = []
    for text in report.missingParents { paths.append(try EntryPath(encoded: text)) }
    guard !report.describesRoot, let layer = lower.last else { return paths }
    let status = try attempting("looking at the layer below") { () throws(SystemCallError) in
      try folders.layers.status(of: String(layer.id))
    }
    let isUsual = status.permissions == 0o755 && status.uid == 0 && status.gid == 0
    return isUsual ? paths : [.root] + paths
  }

  /// Gives the directories that the archive lacks the attributes that they have in the layers below.
  private func completeParents(
    _ staged: borrowing StagedLayer, _ paths: [EntryPath], _ lower: [LayerRecord]
  ) throws(ImageError) {
    for path in paths {
      do throws(SystemCallError) {
        let directory = try staged.root.open(path.bytePath, [.readOnly, .directory, .noFollow], resolve: .container)
        try copyAttributes(of: path, to: directory, from: lower)
      } catch {
        throw ImageError("completing '\(path.text)'", error)
      }
    }
  }

  /// The root shows the time of the lowest layer that describes it; in a layer that does not, nothing depends on it.
  private func copyRootTime(_ staged: borrowing StagedLayer, _ below: LayerRecord) throws(ImageError) {
    do throws(SystemCallError) {
      try staged.root.setTimes(
        FileTime(nanoseconds: try folders.layers.status(of: String(below.id)).modifiedNanoseconds))
    } catch {
      throw ImageError("completing the root of a layer", error)
    }
  }

  private func copyAttributes(
    of path: EntryPath, to directory: borrowing Descriptor, from lower: [LayerRecord]
  ) throws(SystemCallError) {
    for layer in lower.reversed() {
      let root = try folders.layers.open(String(layer.id), [.path, .directory])
      switch try LowerEntry.find(path, in: root) {
      case .directory(let found):
        try found.copyAttributes(to: directory)
        return
      case .hidden: return
      case .absent: if layer.hidesAll { return }
      }
    }
  }
}
