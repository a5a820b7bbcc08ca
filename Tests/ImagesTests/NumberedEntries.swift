// Archives of very many entries, made quickly.

/// An entry without data, repeated under other numbers: making each of a hundred thousand headers from its fields
/// would take longer than what is tested with them.
struct NumberedEntries {
  private let header: [UInt8]
  /// Where the eight zeros of its name are; nil for a name without.
  private let digits: Int?
  private let sum: Int

  /// - Parameter archive: of one entry.
  init(_ archive: [UInt8]) {
    header = Array(archive[..<512])
    digits = (0..<92).first { start in archive[start..<(start + 8)].allSatisfy { $0 == UInt8(ascii: "0") } }
    sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
  }

  func archive(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity((count + 2) * 512)
    for index in 0..<count {
      let start = bytes.count
      bytes += header
      guard let digits else { continue }
      var (rest, total) = (index, sum)
      for place in stride(from: start + digits + 7, through: start + digits, by: -1) {
        bytes[place] += UInt8(rest % 10)
        total += rest % 10
        rest /= 10
      }
      // Six digits in octal, as the rest of the field has them.
      for place in stride(from: start + 153, through: start + 148, by: -1) {
        bytes[place] = UInt8(ascii: "0") + UInt8(total & 7)
        total >>= 3
      }
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }
}
