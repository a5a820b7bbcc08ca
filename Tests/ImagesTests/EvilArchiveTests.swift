// Archives that try to reach out of their layer, beside a canary.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Evil archives", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct EvilArchiveTests {
  @Test("none of 150 and more archives changes anything beside its layer")
  func canary() throws {
    let scratch = try Scratch()
    _ = try scratch.directory("canary")
    try Data("precious".utf8).write(to: URL(filePath: scratch.path + "/canary/precious"))
    let archives = EvilArchive.all(canary: scratch.path + "/canary")
    #expect(archives.count >= 150)
    let before = try scratch.tree("canary").entries
    let inside = try Set(scratch.directory(".").byteEntries().map(\.name.text))
    for (index, archive) in archives.enumerated() {
      let layer = "layers/\(index)"
      do {
        try scratch.unpack(archive.bytes, into: layer)
      } catch let error as ImageError {
        #expect(!error.message.isEmpty)
      }
      #expect(try scratch.tree("canary").entries == before, "\(archive)")
      try checkStaysInside(scratch, layer, archive)
    }
    let names = try Set(scratch.directory(".").byteEntries().map(\.name.text))
    // The files that held the archives have names of chance and end with the scratch directory.
    let strangers = names.subtracting(inside).filter { UUID(uuidString: $0) == nil && $0 != "layers" }
    #expect(strangers.isEmpty)
    #expect(
      try Set(scratch.directory("layers").byteEntries().map(\.name.text)) == Set(archives.indices.map(String.init)))
  }

  /// No name of the layer is one of the canary's files.
  private func checkStaysInside(_ scratch: Scratch, _ layer: String, _ archive: EvilArchive) throws {
    let precious = try scratch.tree("canary")["precious"]?.inode
    #expect(try scratch.tree(layer).entries.values.allSatisfy { $0.inode != precious }, "\(archive)")
  }

  @Test("a path that climbs above the root is refused, not bent")
  func climbing() throws {
    let scratch = try Scratch()
    for path in ["../x", "a/../../x", "..", "/../x"] {
      expectRefusal(.malformed, "leads out") { try scratch.unpack(TarBuilder.archive { $0.file(path) }) }
    }
    #expect(try EntryPath(Array("a/./b//../c/".utf8), limits: LayerLimits()).text == "a/c")
  }

  @Test("a device that overlayfs takes for a whiteout is refused")
  func falseWhiteout() throws {
    let scratch = try Scratch()
    expectRefusal(.system(.invalidArgument)) {
      try scratch.unpack(TarBuilder.archive { $0.device("etc", "c", 0, 0) })
    }
  }

  @Test("nothing is made beyond a link without a target, or beyond a file")
  func dangling() throws {
    let scratch = try Scratch()
    for build: (inout TarBuilder) -> Void in [{ $0.link("l", to: "/nowhere") }, { $0.file("l") }] {
      #expect(throws: ImageError.self) {
        try scratch.unpack(
          TarBuilder.archive { tar in
            build(&tar)
            tar.file("l/x", "evil")
          }, into: UUID().uuidString)
      }
    }
  }
}
