// A store of a test's own, with images in it.

import Foundation
import GRDB
import Linux

@testable import Images

/// A store of a test's own, in a directory that is removed at the end.
final class StoreScratch {
  let scratch: Scratch
  let store: Store

  init() throws {
    scratch = try Scratch()
    store = try Store(path: scratch.path + "/store")
  }

  var path: String { scratch.path }

  /// What a process that starts later finds.
  func reopened() throws -> Store { try Store(path: store.path) }

  @discardableResult
  func pull(_ image: TestImage = .sample, as name: String = "r.io/test") async throws -> ImageRecord {
    let folder = path + "/" + UUID().uuidString
    try image.write(to: folder)
    var pull = Pull(from: try LayoutSource(path: folder), into: store)
    pull.unpacking = .here
    return try await pull.run(nil, named: try Reference(name))
  }

  /// The names in a folder of the store.
  func names(_ folder: String) throws -> [String] {
    try scratch.directory("store/" + folder).byteEntries().map(\.name.text).sorted()
  }

  /// Writes as if another process, which is gone, had been the last to change each snapshot.
  func loseHolders(state: SnapshotState? = nil, boot: String? = nil) throws {
    try store.database.write("test") { database in
      try database.execute(sql: "UPDATE snapshot SET start = start + 1")
      if let state { try database.execute(sql: "UPDATE snapshot SET state = ?", arguments: [state.rawValue]) }
      if let boot { try database.execute(sql: "UPDATE snapshot SET boot = ?", arguments: [boot]) }
    }
  }

  /// Whether anything is mounted below the directory.
  func hasMounts() throws -> Bool {
    try MountTable.current().mounts.contains { $0.target.starts(with: Array(path.utf8)) }
  }

  /// Unmounts whatever a failed test left.
  func clear() {
    for record in (try? store.snapshots()) ?? [] { _ = try? store.removeSnapshot(record.name) }
  }
}
