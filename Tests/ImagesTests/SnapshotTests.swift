// Images as file systems.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Snapshots", .serialized, .enabled(if: Scratch.canUnpack, "mounts need root"))
struct SnapshotTests {
  private let scratch: Scratch
  private let store: Store
  private var target: String { scratch.path + "/mounted" }

  init() throws {
    scratch = try Scratch()
    store = try Store(path: scratch.path + "/store")
    _ = try scratch.directory("mounted")
  }

  private func pull(_ image: TestImage) async throws -> ImageRecord {
    let folder = scratch.path + "/" + UUID().uuidString
    try image.write(to: folder)
    var pull = Pull(from: try LayoutSource(path: folder), into: store)
    pull.unpacking = .here
    return try await pull.run(nil, named: try Reference("r.io/test"))
  }

  /// Mounts, runs the body, unmounts whatever happens.
  private func mounted(_ image: ImageRecord, _ options: SnapshotOptions = [], _ body: () throws -> Void) throws {
    try store.mount(image, at: target, options)
    defer { try? store.unmount(target) }
    try body()
  }

  @Test("the layers show as one tree, without what was removed")
  func merged() async throws {
    let record = try await pull(.sample)
    try mounted(record) {
      let tree = try scratch.tree("mounted")
      #expect(tree.paths == ["etc", "etc/new", "etc/passwd", "opt", "opt/young"])
      #expect(tree["etc"]?.mode == 0o750)
      #expect(throws: SystemCallError.self) { try scratch.directory("mounted").makeDirectory("x", mode: 0o700) }
    }
    #expect(try scratch.tree("mounted").paths.isEmpty)
    #expect(try store.snapshots().isEmpty)
  }

  @Test("a mark at the root hides all layers below", arguments: [false, true])
  func hidden(isWritable: Bool) async throws {
    let record = try await pull(
      TestImage([
        TarBuilder.archive { $0.file("old") },
        TarBuilder.archive { tar in
          tar.file(".wh..wh..opq", "")
          tar.file("new")
        },
      ]))
    try mounted(record, isWritable ? .writable : []) {
      let paths = try scratch.tree("mounted").paths
      #expect(paths == ["new"])
    }
  }

  @Test("changes go into the snapshot and with it", arguments: [SnapshotOptions.writable, [.writable, .volatile]])
  func writable(options: SnapshotOptions) async throws {
    let record = try await pull(.sample)
    try mounted(record, options) {
      let root = try scratch.directory("mounted")
      try root.makeDirectory("made", mode: 0o700)
      try root.removeTree("etc")
      #expect(try scratch.tree("mounted").paths == ["made", "opt", "opt/young"])
    }
    #expect(try store.verify(.here) == [])
    #expect(try scratch.directory("store/s").byteEntries().isEmpty)
  }

  @Test("an image without layers, and one with a single layer, can be mounted", arguments: [0, 1])
  func few(count: Int) async throws {
    let record = try await pull(TestImage([TarBuilder.archive { $0.file("f") }].suffix(count)))
    for options in [[], .writable] as [SnapshotOptions] {
      try mounted(record, options) {
        let paths = try scratch.tree("mounted").paths
        #expect(paths.count == count)
      }
    }
  }

  @Test("a mounted image can be removed; its layers go after the mount")
  func removedWhileMounted() async throws {
    let record = try await pull(.sample)
    try mounted(record) {
      _ = try store.remove("r.io/test")
      #expect(try store.collect().layers == 0)
      #expect(try scratch.tree("mounted").paths.count == 5)
      expectRefusal(.inUse, "already") { try store.mount(record, at: target) }
    }
    #expect(try store.collect().layers == 3)
  }

  @Test("as many layers as overlayfs takes", arguments: [128, 500])
  func many(count: Int) async throws {
    let layers = (0..<count).map { index in
      TarBuilder.archive { tar in
        tar.file("own-\(index)")
        tar.file("top", "\(index)")
      }
    }
    let record = try await pull(TestImage(layers))
    try mounted(record) {
      let tree = try scratch.tree("mounted")
      #expect(tree.paths.count == count + 1)
      #expect(tree["top"]?.content == Array("\(count - 1)".utf8))
    }
  }

  @Test("one layer more is refused by name")
  func tooMany() async throws {
    let archive = TarBuilder.archive { $0.file("f") }
    do {
      _ = try await pull(TestImage([[UInt8]](repeating: archive, count: 501)))
      Issue.record("it was taken")
    } catch let error as ImageError {
      #expect(error.reason == .limitExceeded)
      #expect(error.message.contains("501 layers"))
    }
  }
}
