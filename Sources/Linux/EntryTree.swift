// Listing and removing trees whose names are bytes and whose depth is a stranger's choice.

internal import CShims

/// An entry of a directory, by the bytes of its name.
public struct ByteEntry: Sendable {
  public let name: BytePath
  /// Nil where the file system does not tell it.
  public let kind: FileKind?
}

extension Descriptor {
  /// The entries of this directory (opened for reading), without `.` and `..`.
  @inline(never)
  public borrowing func byteEntries() throws(SystemCallError) -> [ByteEntry] {
    try seek(to: 0)
    let descriptor = number
    var list: [ByteEntry] = []
    var buffer = room(32768)
    let size = buffer.count
    while true {
      // The array's storage is valid for `size` bytes during the call.
      let count = Int(try systemCall("getdents64", unsafe apus_getdents64(descriptor, &buffer, size)))
      if count == 0 { return list }
      ByteEntry.append(to: &list, from: buffer[0..<count])
    }
  }

  /// Removes everything below `path`, and `path` itself, which lies below this directory; what is gone already is no
  /// error. Links are removed, never followed; other file systems are not entered. Trees deeper than 32 are flattened
  /// by renames into this directory, so that no depth exhausts descriptors or the stack.
  @inline(never)
  public borrowing func removeTree(_ path: BytePath) throws(SystemCallError) {
    var deep: [BytePath] = []
    var next: BytePath? = path
    while let tree = next {
      try removeTree(tree, in: self, depth: 0, &deep)
      next = deep.popLast()
    }
  }

  private borrowing func removeTree(
    _ path: BytePath, in parent: borrowing Descriptor, depth: Int, _ deep: inout [BytePath]
  ) throws(SystemCallError) {
    do {
      return try parent.removeFile(path)
    } catch {
      if error.errno == .noEntry { return }
      if error.errno != .isDirectory && error.errno != .notPermitted { throw error }
    }
    let directory = try parent.open(path, [.readOnly, .directory, .noFollow], resolve: [.noCrossMounts, .beneath])
    if depth == 32 {
      for entry in try directory.byteEntries() { try moveUp(entry.name, of: directory, &deep) }
    } else {
      for entry in try directory.byteEntries() {
        try removeTree(entry.name, in: directory, depth: depth + 1, &deep)
      }
    }
    try parent.removeDirectory(path)
  }

  /// Moves an entry of a deep directory into this one, under a name that stands in nobody's way.
  private borrowing func moveUp(
    _ name: BytePath, of directory: borrowing Descriptor, _ deep: inout [BytePath]
  ) throws(SystemCallError) {
    let inode = try directory.status(of: name).inode
    guard let place = BytePath(".deep-\(inode)".utf8) else { return }
    try directory.rename(name, to: place, in: self)
    deep.append(place)
  }
}

extension ByteEntry {
  /// Decodes records of struct linux_dirent64: inode 8, offset 8, length 2, type 1, name.
  fileprivate static func append(to list: inout [ByteEntry], from bytes: ArraySlice<UInt8>) {
    var at = bytes.startIndex
    while at + 19 < bytes.endIndex {
      let length = Int(bytes[at + 16]) | Int(bytes[at + 17]) << 8
      if length < 20 || at + length > bytes.endIndex { return }
      let name = bytes[(at + 19)..<(at + length)].prefix { $0 != 0 }
      let isDot = name.elementsEqual([46]) || name.elementsEqual([46, 46])
      let kind = FileKind(rawValue: UInt32(bytes[at + 18]) << 12)
      if !isDot, let path = BytePath(name) { list.append(ByteEntry(name: path, kind: kind)) }
      at += length
    }
  }
}
