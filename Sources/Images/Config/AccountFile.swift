// The accounts of an image: its passwd and group files.

internal import Linux

/// The accounts of an image, as its own files list them. Those are text of strangers: a file may be a link, a fifo, or
/// gigabytes (CVE-2022-4318, CVE-2025-4437); only plain files within the root are read, and only so much of them.
struct AccountFile {
  /// The fields of each line; lines with control characters or too few fields are none.
  let lines: [[ArraySlice<UInt8>]]

  static let byteLimit = 8 << 20

  /// No file means no accounts.
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
      self.init(try file.readToEnd(limit: AccountFile.byteLimit, subject: path), fields: fields)
    } catch {
      guard error.errno == .noEntry || error.errno == .notDirectory else {
        throw ImageError("reading the image's \(path)", error)
      }
      self.init([], fields: fields)
    }
  }

  init(_ bytes: [UInt8], fields: Int) {
    var lines: [[ArraySlice<UInt8>]] = []
    for line in bytes.split(separator: 10) where line.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 9 }) {
      let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if parts.count >= fields { lines.append(parts) }
    }
    self.lines = lines
  }

  /// The number in a field; nil when it is none that the kernel takes.
  static func id(_ text: some Collection<UInt8>) -> UInt32? {
    guard (1...10).contains(text.count), text.allSatisfy(\.isDecimalDigit) else { return nil }
    let value = text.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
    return value < UInt64(UInt32.max) ? UInt32(value) : nil
  }
}
