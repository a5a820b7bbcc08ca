// Reading files of lines with fields between colons, line by line and within limits.

internal import Linux

/// A file of lines with fields between colons, as passwd(5) and group(5), open at some line.
struct ColonFile: ~Copyable {
  static let sizeLimit = 8 << 20
  static let lineLimit = 64 << 10
  private static let chunkSize = 4096

  struct Line {
    let bytes: ArraySlice<UInt8>

    var fields: [ArraySlice<UInt8>] { ContainerRuntime.fields(bytes, 0x3a) }

    /// Whether the first field is this name.
    func startsField(with name: String) -> Bool {
      begins(bytes, with: name) && bytes.count > name.utf8.count && bytes[bytes.startIndex + name.utf8.count] == 0x3a
    }
  }

  private let path: String
  /// Nil when there is no such file: it has no lines.
  private let file: Descriptor?
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins.
  private var start = 0
  private var total = 0
  private var isAtEnd: Bool

  /// Opens a file inside of a root directory.
  /// - Parameter path: relative to `root`; links on the way stay inside of it, the file itself may be none.
  /// - Throws: when it is no regular file or too large.
  init(_ path: String, root: borrowing Descriptor) throws(SetupFailure) {
    let file = try Self.open(path, root: root)
    isAtEnd = file == nil
    self.path = path
    self.file = file
  }

  private static func open(_ path: String, root: borrowing Descriptor) throws(SetupFailure) -> Descriptor? {
    guard let file = try calling({ () throws(SystemCallError) in try openIfThere(path, root: root) }) else {
      return nil
    }
    let status = try calling { () throws(SystemCallError) in try file.status(subject: path) }
    if status.kind != .regular { throw refusal(path, ": not a regular file") }
    if status.size > UInt64(sizeLimit) { throw refusal(path, ": larger than 8 MiB") }
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

  /// The next line without its newline; nil after the last one.
  mutating func next() throws(SetupFailure) -> Line? {
    while true {
      if let end = buffer[start...].firstIndex(of: 0x0a) {
        defer { start = end + 1 }
        return Line(bytes: buffer[start..<end])
      }
      if isAtEnd {
        if start == buffer.count { return nil }
        defer { start = buffer.count }
        return Line(bytes: buffer[start...])
      }
      try readMore()
    }
  }

  private mutating func readMore() throws(SetupFailure) {
    let chunk = try calling { () throws(SystemCallError) in
      try file?.read(upTo: Self.chunkSize, subject: path) ?? []
    }
    buffer.removeFirst(start)
    start = 0
    buffer += chunk
    total += chunk.count
    isAtEnd = chunk.isEmpty
    if total > Self.sizeLimit { throw Self.refusal(path, ": larger than 8 MiB") }
    if buffer.count > Self.lineLimit + Self.chunkSize { throw Self.refusal(path, ": a line is longer than 64 KiB") }
  }

  @inline(never)
  private static func refusal(_ path: String, _ text: String) -> SetupFailure { .refused("/" + path + text) }

  /// An id: decimal digits alone, below 4294967295, which stands for "unchanged" in calls that take ids.
  static func id(_ text: ArraySlice<UInt8>) -> UInt32? {
    if text.count > 10 { return nil }
    return digits(text, atMost: UInt64(UInt32.max) - 1).map { UInt32($0) }
  }
}
