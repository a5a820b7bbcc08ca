// Removing trees: links, mounts, depth, and who moves what is being removed.

import Foundation
import Linux
import Testing

@Suite("Removing trees")
struct TreeRemovalTests {
  private let scratch = FileManager.default.temporaryDirectory.appending(component: "tree-\(UUID().uuidString)")
    .path(percentEncoded: false)

  private func prepare() throws -> Descriptor {
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    return try Descriptor.workingDirectory.open(scratch, [.readOnly, .directory])
  }

  private func names(_ directory: borrowing Descriptor) throws -> [String] {
    try directory.byteEntries().map { $0.name.text }.sorted()
  }

  /// The errno that removing ends with; nil when it succeeds.
  private func refusal(_ directory: borrowing Descriptor, _ path: String) -> Errno? {
    do throws(SystemCallError) { try directory.removeTree(path) } catch { return error.errno }
    return nil
  }

  @Test("a tree of all kinds of files goes, and what its links name stays")
  func kinds() throws {
    let root = try prepare()
    defer { try? Descriptor.workingDirectory.removeTree(scratch) }
    try root.makeDirectory("kept", mode: 0o700)
    try root.makeNode("kept/file", kind: .regular, mode: 0o600)
    try root.makeDirectory("tree", mode: 0o700)
    let tree = try root.open("tree", [.readOnly, .directory])
    for folder in ["a", "b", "a/c"] { try tree.makeDirectory(folder, mode: 0o700) }
    try tree.makeNode("a/c/fifo", kind: .fifo, mode: 0o600)
    try tree.makeNode("a/file", kind: .regular, mode: 0)
    try tree.makeSymbolicLink("b/folder", to: "../../kept")
    try tree.makeSymbolicLink("file", to: "../kept/file")
    try tree.makeDirectory(#require(BytePath([0xff, 0x2a])), mode: 0o700)
    try root.removeTree("tree")
    expect(try names(root) == ["kept"])
    expect(try names(root.open("kept", [.readOnly, .directory])) == ["file"])
  }

  @Test("a link is removed itself, a file too, and what is gone is no error")
  func single() throws {
    let root = try prepare()
    defer { try? Descriptor.workingDirectory.removeTree(scratch) }
    try root.makeDirectory("kept", mode: 0o700)
    try root.makeSymbolicLink("link", to: "kept")
    try root.makeNode("file", kind: .regular, mode: 0o600)
    for name in ["link", "file", "none", "none/of/these"] { try root.removeTree(name) }
    expect(try names(root) == ["kept"])
    expect(refusal(root, "kept/..") == .invalidArgument)
    for path in ["", ".", "/", "..", "kept/.", "a\0b"] { expect(refusal(root, path) == .invalidArgument, path) }
    expect(try names(root) == ["kept"])
  }

  @Test("a path leads over links and may be absolute or end in slashes")
  func paths() throws {
    let root = try prepare()
    defer { try? Descriptor.workingDirectory.removeTree(scratch) }
    for folder in ["real", "real/one", "real/two", "real/three"] { try root.makeDirectory(folder, mode: 0o700) }
    try root.makeSymbolicLink("way", to: "real")
    try root.removeTree("way/one")
    try Descriptor.workingDirectory.removeTree(scratch + "/way/two//")
    expect(try names(root.open("real", [.readOnly, .directory])) == ["three"])
    try root.makeNode("file", kind: .regular, mode: 0o600)
    expect(refusal(root, "file/below") == .notDirectory)
  }

  @Test("no depth exhausts descriptors or the stack, and nothing appears beside the tree")
  func deep() throws {
    let root = try prepare()
    defer { try? Descriptor.workingDirectory.removeTree(scratch) }
    try root.makeDirectory("tree", mode: 0o700)
    var place = try root.open("tree", [.readOnly, .directory])
    // More levels than a process may have descriptors, and deeper than any path; a file beside each.
    for _ in 0..<4_000 {
      try place.makeDirectory("d", mode: 0o700)
      try place.makeNode("f", kind: .regular, mode: 0o600)
      place = try place.open("d", [.readOnly, .directory])
    }
    try root.removeTree("tree")
    expect(try names(root) == [])
  }

  @Test("a folder that is moved while it is emptied does not lead to the folder that it is moved to")
  func moved() throws {
    let root = try prepare()
    defer { try? Descriptor.workingDirectory.removeTree(scratch) }
    try root.makeDirectory("other", mode: 0o700)
    let other = try root.open("other", [.readOnly, .directory])
    // The same names in both.
    for index in 0..<10 { try other.makeNode("\(index)", kind: .regular, mode: 0o600) }
    let path = scratch
    let mover = Thread {
      guard let root = try? Descriptor.workingDirectory.open(path, [.readOnly, .directory]) else { return }
      for _ in 0..<20_000 {
        do { try root.rename("tree/b", to: "other/b", in: root) } catch {
          try? root.rename("other/b", to: "tree/b", in: root)
        }
      }
    }
    mover.start()
    while !mover.isFinished {
      try? root.makeDirectory("tree", mode: 0o700)
      for index in 0..<10 { try? root.makeNode("tree/\(index)", kind: .regular, mode: 0o600) }
      let levels = (0..<20).map { _ in "d" }
      for end in 0..<20 { try? root.makeDirectory("tree/b/" + levels[..<end].joined(separator: "/"), mode: 0o700) }
      // Whatever it says: the mover may win.
      try? root.removeTree("tree")
      expect(try names(other).filter { $0 != "b" }.count == 10)
    }
    for tree in ["tree", "other/b"] { try root.removeTree(tree) }
    expect(try names(root) == ["other"])
  }
}
