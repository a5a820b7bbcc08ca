// Listing directories whose names are bytes.

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
