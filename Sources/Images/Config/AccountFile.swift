// The accounts of an image: its passwd and group files.

internal import Linux

/// The accounts of an image, as its own files list them. Those are text of strangers: a file may be a link, a fifo, or
/// gigabytes, a line may have millions of fields (CVE-2022-4318, CVE-2025-4437, CVE-2026-47262); only plain files
/// within the root are read, only so much of them, and line by line.
struct AccountFile {
  private let bytes: [UInt8]
  private let fields: Int

  static let byteLimit = 2 << 20
  static let lineLimit = 64 << 10

  /// No file means no accounts.
  /// - Parameter fields: as many a line has at least, or it is none.
  init(_ path: String, in root: borrowing Descriptor, fields: Int) throws(ImageError) {
    do throws(SystemCallError) {
      let flags: OpenFlags = [.readOnly, .nonBlocking, .noControllingTerminal]
      let file = try root.open(path, flags, resolve: .container)
      let status = try file.status(subject: path)
      guard status.kind == .regular else {
        throw SystemCallError(call: "open", subject: path, errno: .notSupported)
      }
      guard status.size <= UInt64(AccountFile.byteLimit) else {
        throw SystemCallError(call: "read", subject: path, errno: Errno(rawValue: 27))
      }
      bytes = try file.readToEnd(limit: AccountFile.byteLimit, subject: path)
    } catch {
      guard error.errno == .noEntry || error.errno == .notDirectory else {
        throw ImageError("reading the image's \(path)", error)
      }
      bytes = []
    }
    self.fields = fields
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 10 {
      guard index - start <= AccountFile.lineLimit else { throw AccountFile.failure(path, index - start) }
      start = index + 1
    }
    guard bytes.count - start <= AccountFile.lineLimit else { throw AccountFile.failure(path, bytes.count - start) }
  }

  private static func failure(_ path: String, _ count: Int) -> ImageError {
    ImageError(.limitExceeded, "the image's \(path) has a line of \(count) bytes, at most \(lineLimit) are read")
  }

  /// The fields of the first line that a body accepts, the rest of the line in the seventh. Lines with control
  /// characters or too few fields are none.
  func first(where isWanted: ([ArraySlice<UInt8>]) -> Bool) -> [ArraySlice<UInt8>]? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != 10 }
      rest = rest[line.endIndex...].dropFirst()
      guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 9 }) else { continue }
      let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 6, omittingEmptySubsequences: false)
      if parts.count >= fields, isWanted(parts) { return parts }
    }
    return nil
  }

  /// The number in a field; nil when it is none that the kernel takes.
  static func id(_ text: some Collection<UInt8>) -> UInt32? {
    guard (1...10).contains(text.count), text.allSatisfy(\.isDecimalDigit) else { return nil }
    let value = text.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
    return value < UInt64(UInt32.max) ? UInt32(value) : nil
  }
}
