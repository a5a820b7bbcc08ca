// Reading the files of a cgroup directory.

import Linux

extension Descriptor {
  /// The text of a file in this cgroup directory, without the newline at its end.
  borrowing func cgroupText(_ file: String, limit: Int = 1 << 16) throws(SystemCallError) -> [UInt8] {
    var text = try readFile(file, limit: limit, resolve: .cgroup)
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
