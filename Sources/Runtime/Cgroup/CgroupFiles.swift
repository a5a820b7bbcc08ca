// Reading the files of a cgroup directory.

import Linux

extension Descriptor {
  /// The whole of a file that is mostly a line or a few: `readToEnd` takes a larger buffer.
  borrowing func readSmall(
    _ path: String, limit: Int, resolve: ResolveFlags = []
  ) throws(SystemCallError) -> [UInt8] {
    let file = try open(path, .readOnly, resolve: resolve)
    var bytes = [UInt8](repeating: 0, count: 512)
    var count = try file.read(into: &bytes, subject: path)
    bytes.removeLast(bytes.count - count)
    // The kernel ends a read early only between the lines of a list, and a list is longer than this.
    if count < 256 { return bytes }
    var more = [UInt8](repeating: 0, count: 4096)
    repeat {
      count = try file.read(into: &more, subject: path)
      bytes.append(contentsOf: more[..<count])
      if bytes.count > limit { throw SystemCallError(call: "read", subject: path, errno: Errno(rawValue: 27)) }
    } while count > 0
    return bytes
  }

  /// The text of a file in this cgroup directory, without the newline at its end.
  borrowing func cgroupText(_ file: String, limit: Int = 1 << 16) throws(SystemCallError) -> [UInt8] {
    var text = try readSmall(file, limit: limit, resolve: .cgroup)
    while text.last == UInt8(ascii: "\n") { text.removeLast() }
    return text
  }

  /// The number in a file; nil when it cannot be read or is none, such as `max`.
  borrowing func cgroupNumber(_ file: String) -> UInt64? {
    guard let text = try? cgroupText(file) else { return nil }
    return UInt64(decimal: text[...])
  }

  /// The number after a key, in a file with a key and a value on each line.
  borrowing func cgroupNumber(_ file: String, key: String) -> UInt64? {
    guard let text = try? cgroupText(file) else { return nil }
    return UInt64(after: key, in: text)
  }
}

extension UInt64 {
  /// Digits only; nil for anything else and for numbers that do not fit.
  init?(decimal text: ArraySlice<UInt8>) {
    if text.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if isTooLarge || overflows { return nil }
      value = sum
    }
    self = value
  }

  /// The value of `key` in lines of the form `key value`.
  init?(after key: String, in text: [UInt8]) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      if fields.count == 2 && fields[0].elementsEqual(key.utf8) {
        self.init(decimal: fields[1])
        return
      }
    }
    return nil
  }
}
