// Reading files of lines with fields between colons, line by line and within limits.

internal import Linux

/// A file of lines with fields between colons, as passwd(5) and group(5).
enum ColonFile {
  struct Line {
    let bytes: ArraySlice<UInt8>

    var fields: [ArraySlice<UInt8>] { bytes.split(separator: 0x3a, omittingEmptySubsequences: false) }

    /// Whether the first field is this name.
    func startsField(with name: String) -> Bool {
      bytes.count > name.utf8.count && bytes.starts(with: name.utf8)
        && bytes[bytes.startIndex + name.utf8.count] == 0x3a
    }
  }

  /// An id: decimal digits alone, below 4294967295, which stands for "unchanged" in calls that take ids.
  static func id(_ text: ArraySlice<UInt8>) -> UInt32? {
    if text.isEmpty || text.count > 10 { return nil }
    var value: UInt64 = 0
    for byte in text {
      if byte < 48 || byte > 57 { return nil }
      value = value * 10 + UInt64(byte - 48)
    }
    return value < UInt64(UInt32.max) ? UInt32(value) : nil
  }

  /// Hands line after line to `visit` until it returns false. A file that is not there has no lines.
  /// - Parameter path: relative to `root`; links on the way stay inside of it, the file itself may be none.
  /// - Throws: when it is no regular file or exceeds a limit.
  static func scan(_ path: String, root: borrowing Descriptor, _ visit: (Line) -> Bool) throws(SetupFailure) {
    guard let file = try open(path, root: root) else { return }
    var (buffer, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    var total = 0
    while true {
      let count = try calling { () throws(SystemCallError) in try file.read(into: &chunk, subject: path) }
      total += count
      if total > ContainerUserFiles.sizeLimit { throw tooLarge(path) }
      if count == 0 {
        _ = buffer.isEmpty || visit(Line(bytes: buffer[...]))
        return
      }
      buffer.append(contentsOf: chunk[0..<count])
      var start = 0
      while let end = buffer[start...].firstIndex(of: 0x0a) {
        if !visit(Line(bytes: buffer[start..<end])) { return }
        start = end + 1
      }
      buffer.removeFirst(start)
      if buffer.count > ContainerUserFiles.lineLimit {
        throw .refused("/\(path): a line is longer than \(ContainerUserFiles.lineLimit) bytes")
      }
    }
  }

  private static func open(_ path: String, root: borrowing Descriptor) throws(SetupFailure) -> Descriptor? {
    guard let file = try calling({ () throws(SystemCallError) in try openIfThere(path, root: root) }) else {
      return nil
    }
    let status = try calling { () throws(SystemCallError) in try file.status(subject: path) }
    if status.kind != .regular { throw .refused("/\(path): not a regular file") }
    if status.size > UInt64(ContainerUserFiles.sizeLimit) { throw tooLarge(path) }
    return file
  }

  /// Opens without waiting for a fifo's writer, and without following a link at the end.
  private static func openIfThere(
    _ path: String, root: borrowing Descriptor
  ) throws(SystemCallError) -> Descriptor? {
    do {
      let flags: OpenFlags = [.readOnly, .nonBlocking, .noFollow, .noControllingTerminal]
      return try root.open(path, flags, resolve: .container)
    } catch {
      if error.errno == .noEntry || error.errno == .notDirectory { return nil }
      throw error
    }
  }

  private static func tooLarge(_ path: String) -> SetupFailure {
    .refused("/\(path): longer than \(ContainerUserFiles.sizeLimit) bytes")
  }
}
