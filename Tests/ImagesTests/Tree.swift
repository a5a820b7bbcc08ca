// What lies below a directory, in lines that can be compared.

import Linux

/// What lies below a directory: for each path its type, mode, owner, time, attributes and content.
struct Tree {
  struct Entry: Equatable {
    var kind: FileKind
    var mode: UInt32
    var owner: String
    var time: Int64
    var device: String
    var links: UInt32
    var inode: UInt64
    var attributes: [String: [UInt8]] = [:]
    /// The content of a file, the target of a link.
    var content: [UInt8] = []

    /// What people and programs see of it: not its number, not how many names lie in a directory.
    var looks: Entry {
      var looks = self
      looks.inode = 0
      if kind == .directory { looks.links = 0 }
      return looks
    }
  }

  private(set) var entries: [[UInt8]: Entry] = [:]

  init(_ root: borrowing Descriptor) throws {
    entries[Array(".".utf8)] = try Tree.entry(root, BytePath("."))
    try add(root, [])
  }

  subscript(path: String) -> Entry? { entries[Array(path.utf8)] }

  /// The paths below the root.
  var paths: [String] {
    entries.keys.map { String(decoding: $0, as: UTF8.self) }.filter { $0 != "." }.sorted()
  }

  private mutating func add(_ directory: borrowing Descriptor, _ prefix: [UInt8]) throws {
    for item in try directory.byteEntries() {
      let path = prefix + item.name.bytes
      let entry = try Tree.entry(directory, item.name)
      entries[path] = entry
      if entry.kind == .directory {
        try add(try directory.open(item.name, [.readOnly, .directory]), path + [UInt8(ascii: "/")])
      }
    }
  }

  private static func entry(_ directory: borrowing Descriptor, _ name: BytePath) throws -> Entry {
    let status = try directory.status(of: name)
    var entry = Entry(
      kind: status.kind, mode: status.permissions, owner: "\(status.uid):\(status.gid)",
      time: status.modifiedNanoseconds, device: "\(status.special.major):\(status.special.minor)",
      links: status.links, inode: status.inode)
    if status.kind == .symbolicLink { entry.content = try directory.readLink(name) }
    if status.kind == .regular || status.kind == .directory {
      let file = try directory.open(name, .readOnly)
      for attribute in try file.attributeNames() { entry.attributes[attribute] = try file.attribute(attribute) }
      if status.kind == .regular { entry.content = try file.readToEnd(limit: 1 << 26) }
    }
    return entry
  }
}
