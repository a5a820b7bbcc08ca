// Lists of CPUs and memory nodes, as text.

/// A list of CPUs or memory nodes such as `0-3,7`, in which spaces and empty parts are allowed, as in runc.
public struct NumberList: Equatable, Sendable {
  public private(set) var ranges: [ClosedRange<UInt32>] = []

  /// The highest number that runc accepts.
  public static let highest: UInt64 = 65536

  /// - Throws: an error with an empty path.
  public init(_ text: String) throws(SpecError) {
    for part in pieces(of: text, separator: UInt8(ascii: ",")) {
      let range = trimmed(part)
      if range.isEmpty { continue }
      let bounds = pieces(of: range, separator: UInt8(ascii: "-"))
      guard bounds.count <= 2, let first = number(bounds[0], atMost: Self.highest),
        let last = number(bounds[bounds.count - 1], atMost: Self.highest), first <= last
      else { throw SpecError("", sentence("invalid range: %", quoted(range))) }
      ranges.append(UInt32(truncatingIfNeeded: first)...UInt32(truncatingIfNeeded: last))
    }
    if ranges.isEmpty, !text.isEmpty { throw SpecError("", sentence("no members found in set %", quoted(text))) }
  }

  /// How many different numbers there are.
  public var count: Int {
    var count = 0
    for number in 0...UInt32(truncatingIfNeeded: Self.highest) where contains(number) { count += 1 }
    return count
  }

  /// Bit n for number n, in words of 64; none for an empty list.
  public var mask: [UInt64] {
    var words: [UInt64] = []
    for range in ranges {
      while words.count <= Int(range.upperBound >> 6) { words.append(0) }
      for number in range { words[Int(number >> 6)] |= 1 << UInt64(number & 63) }
    }
    return words
  }

  public func contains(_ number: UInt32) -> Bool {
    for range in ranges where range.contains(number) { return true }
    return false
  }

  private func trimmed(_ text: String) -> String {
    var bytes = [UInt8](text.utf8)
    while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0a { bytes.removeLast() }
    var start = 0
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 || bytes[start] == 0x0a { start += 1 }
    return decoded(bytes[start...])
  }
}
