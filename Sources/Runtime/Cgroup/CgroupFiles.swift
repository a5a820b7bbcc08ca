// Reading the files of a cgroup directory.

import Linux

extension Descriptor {
  /// The whole of a file that is mostly a line or a few: `readToEnd` takes a larger buffer.
  @inline(never)
  borrowing func readSmall(
    _ path: String, limit: Int, resolve: ResolveFlags = []
  ) throws(SystemCallError) -> [UInt8] {
    let file = try open(path, .readOnly, resolve: resolve)
    let bytes = try file.read(upTo: 512, subject: path)
    // The kernel ends a read early only between the lines of a list, and a list is longer than this.
    if bytes.count < 256 { return bytes }
    return bytes + (try file.readToEnd(limit: limit - bytes.count, subject: path))
  }

  /// The text of a file in this cgroup directory, without the newline at its end.
  @inline(never)
  borrowing func cgroupText(_ file: String, limit: Int = 1 << 16) throws(SystemCallError) -> ArraySlice<UInt8> {
    var text = try readSmall(file, limit: limit, resolve: .cgroup)[...]
    while text.last == UInt8(ascii: "\n") { text.removeLast() }
    return text
  }

  /// The number in a file, or after a key in a file with a key and a value on each line; nil when it cannot be read
  /// or is none, such as `max`.
  @inline(never)
  borrowing func cgroupNumber(_ file: String, key: String = "") -> UInt64? {
    guard let text = try? cgroupText(file) else { return nil }
    return key.isEmpty ? text.number() : text.number(after: key)
  }

  /// Writes to a file in this cgroup directory.
  @inline(never)
  borrowing func writeCgroup(_ file: String, _ text: String) throws(SystemCallError) {
    try writeFile(file, text, resolve: .cgroup)
  }
}

extension ArraySlice<UInt8> {
  /// The value of `key` in lines of the form `key value`.
  @inline(never)
  func number(after key: String) -> UInt64? {
    var lines = self
    while var line = lines.takeLine() {
      if let name = line.takeField(UInt8(ascii: " ")), name.isText(key) { return line.number() }
    }
    return nil
  }
}
