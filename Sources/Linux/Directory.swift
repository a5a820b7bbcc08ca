// Changing and listing directories.

internal import CShims

/// An entry of a directory.
public struct DirectoryEntry: Sendable {
  public let name: String
  /// Nil where the file system does not tell it.
  public let kind: FileKind?
}

extension Descriptor {
  @inline(never)
  public borrowing func makeDirectory(_ path: String, mode: UInt32) throws(SystemCallError) {
    let directory = number
    // The bridged C string lives for the call, here and below.
    try systemCall("mkdirat", path, unsafe apus_mkdirat(directory, path, mode))
  }

  /// Makes a node: a device, or a fifo or empty regular file with device 0:0. `mode` holds the S_IFMT bits too.
  @inline(never)
  public borrowing func makeNode(
    _ path: String, kind: FileKind, mode: UInt32, device: DeviceNumber = DeviceNumber(major: 0, minor: 0)
  ) throws(SystemCallError) {
    let directory = number
    try systemCall(
      "mknodat", path,
      unsafe apus_mknodat(directory, path, kind.rawValue | mode, device.major, device.minor))
  }

  @inline(never)
  public borrowing func makeSymbolicLink(_ path: String, to target: String) throws(SystemCallError) {
    let directory = number
    try systemCall("symlinkat", path, unsafe apus_symlinkat(target, directory, path))
  }

  @inline(never)
  public borrowing func removeFile(_ path: String) throws(SystemCallError) {
    let directory = number
    try systemCall("unlinkat", path, unsafe apus_unlinkat(directory, path, 0))
  }

  @inline(never)
  public borrowing func removeDirectory(_ path: String) throws(SystemCallError) {
    let directory = number
    try systemCall("rmdir", path, unsafe apus_unlinkat(directory, path, 0x200 /* AT_REMOVEDIR */))
  }

  @inline(never)
  public borrowing func rename(
    _ path: String, to target: String, in targetDirectory: borrowing Descriptor
  ) throws(SystemCallError) {
    let from = number
    let to = targetDirectory.number
    try systemCall("renameat", target, unsafe apus_renameat(from, path, to, target))
  }

  /// The target of a link; at most 4095 bytes.
  @inline(never)
  public borrowing func readLink(_ path: String) throws(SystemCallError) -> String {
    let directory = number
    var buffer = room(4096)
    let size = buffer.count
    // The array's storage is valid for `size` bytes during the call.
    let result = unsafe buffer.withUnsafeMutableBytes {
      unsafe apus_readlinkat(directory, path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), size)
    }
    let count = try systemCall("readlinkat", path, result)
    return decoded(buffer[0..<Int(count)])
  }

  /// Changes the owner; an empty path means the open file itself.
  @inline(never)
  public borrowing func changeOwner(_ path: String = "", uid: UInt32, gid: UInt32) throws(SystemCallError) {
    let directory = number
    try systemCall("fchownat", path, unsafe apus_fchownat(directory, path, uid, gid, 0x1100))
  }

  @inline(never)
  public borrowing func changeMode(_ mode: UInt32) throws(SystemCallError) {
    let descriptor = number
    try systemCall("fchmod", apus_fchmod(descriptor, mode))
  }

  @inline(never)
  public borrowing func changeMode(of path: String, _ mode: UInt32) throws(SystemCallError) {
    let directory = number
    try systemCall("fchmodat", path, unsafe apus_fchmodat(directory, path, mode))
  }

  /// The entries of this directory (opened for reading), without `.` and `..`.
  @inline(never)
  public borrowing func entries() throws(SystemCallError) -> [DirectoryEntry] {
    try seek(to: 0)
    let descriptor = number
    var list: [DirectoryEntry] = []
    var buffer = room(32768)
    let size = buffer.count
    while true {
      // The array's storage is valid for `size` bytes during the call.
      let count = Int(try systemCall("getdents64", unsafe apus_getdents64(descriptor, &buffer, size)))
      if count == 0 { return list }
      DirectoryEntry.append(to: &list, from: buffer[0..<count])
    }
  }
}

extension DirectoryEntry {
  /// Decodes records of struct linux_dirent64: inode 8, offset 8, length 2, type 1, name.
  static func append(to list: inout [DirectoryEntry], from bytes: ArraySlice<UInt8>) {
    var at = bytes.startIndex
    while at + 19 < bytes.endIndex {
      let length = Int(bytes[at + 16]) | Int(bytes[at + 17]) << 8
      if length < 20 || at + length > bytes.endIndex { return }
      let name = bytes[(at + 19)..<(at + length)].prefix { $0 != 0 }
      let isDot = name.elementsEqual([46]) || name.elementsEqual([46, 46])
      let kind = FileKind(rawValue: UInt32(bytes[at + 18]) << 12)
      if !isDot { list.append(DirectoryEntry(name: decoded(name[...]), kind: kind)) }
      at += length
    }
  }
}
