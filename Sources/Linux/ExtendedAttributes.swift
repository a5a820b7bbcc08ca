// Extended attributes of an open file.

internal import CShims

extension Descriptor {
  /// The names of the extended attributes (listxattr(2)); none where the file system has no such thing.
  @inline(never)
  public borrowing func attributeNames() throws(SystemCallError) -> [String] {
    var names: [String] = []
    for name in try attributeBytes(nil)?.split(separator: 0) ?? [] {
      names.append(decoded(name[...]))
    }
    return names
  }

  /// The value of an extended attribute; nil when there is none.
  @inline(never)
  public borrowing func attribute(_ name: String) throws(SystemCallError) -> [UInt8]? { try attributeBytes(name) }

  @inline(never)
  public borrowing func setAttribute(_ name: String, _ value: [UInt8]) throws(SystemCallError) {
    let descriptor = number
    let size = value.count
    // The bridged array lives for the call and holds `size` bytes.
    try systemCall("fsetxattr", name, unsafe apus_fsetxattr(descriptor, name, value, size))
  }

  /// The value of one attribute, or the list of all. Nil stands for ENODATA and EOPNOTSUPP.
  private borrowing func attributeBytes(_ name: String?) throws(SystemCallError) -> [UInt8]? {
    let descriptor = number
    do {
      // No buffer, no memory.
      let size = try systemCall("getxattr", name ?? "", unsafe Descriptor.attribute(name, of: descriptor, nil))
      if size == 0 { return [] }
      var buffer = room(Int(size))
      // The array's storage is valid during the call.
      let count = try systemCall(
        "getxattr", name ?? "",
        unsafe buffer.withUnsafeMutableBytes { unsafe Descriptor.attribute(name, of: descriptor, $0) })
      return Array(buffer[..<Int(count)])
    } catch {
      if error.errno == .noData || error.errno == .notSupported { return nil }
      throw error
    }
  }

  /// One call; without a buffer it asks for the size.
  private static func attribute(
    _ name: String?, of descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer?
  ) -> Int64 {
    // A buffer is valid for its own count, and without one the size is 0.
    let (bytes, size) = unsafe (buffer?.baseAddress, buffer?.count ?? 0)
    guard let name else {
      return unsafe apus_flistxattr(descriptor, bytes?.assumingMemoryBound(to: CChar.self), size)
    }
    return unsafe apus_fgetxattr(descriptor, name, bytes, size)
  }
}
