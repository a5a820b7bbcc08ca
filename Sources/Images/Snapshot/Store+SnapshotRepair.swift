// The end of snapshots, also of those whose process died.

internal import GRDB
internal import Linux

extension Store {
  /// Finishes or undoes what processes that are gone had begun with snapshots. What cannot be undone now is left to
  /// whoever opens the store next.
  func repairSnapshots() throws(ImageError) {
    for record in try snapshots() {
      var facts: SnapshotState.Facts = record.bootID == owner.bootID ? .ofThisBoot : []
      if record.holder.isAlive(in: owner.bootID) { facts.insert(.held) }
      switch record.state.repair(facts) {
      case .nothing: continue
      case .unmount:
        do throws(ImageError) {
          try detach(record)
          _ = try setState(.unmounted, of: record)
        } catch { continue }
      case .remove: try? discard(record)
      }
    }
  }

  /// Unmounts a snapshot and forgets it, with what it changed.
  func discard(_ record: SnapshotRecord) throws(ImageError) {
    try detach(record)
    try database.remove("forgetting a snapshot") { database in
      try database.execute(sql: "DELETE FROM snapshot WHERE id = ?", arguments: [record.id])
      try self.discardEntry(BytePath(String(record.id).utf8), of: self.folders.snapshots)
    }
  }

  /// Unmounts what the store mounted for a snapshot, and nothing else: somebody may have mounted over it.
  func detach(_ record: SnapshotRecord) throws(ImageError) {
    let source = Array(record.source.utf8)
    // One mount, or a second one of a process that was killed between two steps.
    for _ in 0..<4 {
      let sources = try MountTable.current().sources(at: record.target)
      guard sources.contains(source) else { return }
      guard sources.last == source else {
        throw ImageError(.inUse, "something is mounted over the image at '\(record.target)'")
      }
      do throws(SystemCallError) { try detachMount(record.target) } catch {
        // Somebody else was faster.
        guard error.errno == .invalidArgument || error.errno == .noEntry else {
          throw ImageError("unmounting '\(record.target)'", error)
        }
      }
    }
  }
}
