// The lines of ps(1) that are about certain processes.

/// The lines of ps(1) that are about certain processes.
enum ProcessListing {
  /// The header and the lines whose PID column holds one of the numbers.
  static func filter(_ output: [UInt8], pids: [Int32]) throws(RuntimeError) -> [UInt8] {
    let lines = pieces(output[...]) { $0 == UInt8(ascii: "\n") }
    guard let header = lines.first, let column = fields(header).firstIndex(where: { isSame($0, "PID") })
    else { throw .unsupported("couldn't find PID field in ps output") }
    var bytes = header + [UInt8(ascii: "\n")]
    for line in lines.dropFirst() {
      let words = fields(line)
      guard column < words.count, let pid = integer(text(words[column])) else {
        throw .unsupported("unable to parse pid: " + text(line))
      }
      if pids.contains(where: { $0 == pid }) {
        bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
      }
    }
    return [UInt8](bytes)
  }

  private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    pieces(line) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }
}
