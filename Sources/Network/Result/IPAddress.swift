// Addresses of the Internet Protocol, as text.

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// 4 or 16.
  public let bytes: [UInt8]

  public var isIPv6: Bool { bytes.count == 16 }

  /// Reads dotted decimal (inet_pton(3): no leading zeros) or the forms of RFC 4291 section 2.2; nil for anything else.
  public init?(_ text: String) {
    let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.six(text) : Self.four(Substring(text))
    guard let bytes else { return nil }
    self.bytes = bytes
  }

  private static func four(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      let isPlain = (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      guard isPlain, part == "0" || !part.hasPrefix("0"), let byte = UInt8(part) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func six(_ text: String) -> [UInt8]? {
    var halves: [[UInt8]] = []
    let sides = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard sides.count <= 2 else { return nil }
    for (index, side) in sides.enumerated() {
      if side.isEmpty {
        halves.append([])
      } else if let groups = groups(side, mayEndInFour: index == sides.count - 1) {
        halves.append(groups)
      } else {
        return nil
      }
    }
    if halves.count == 1 { return halves[0].count == 16 ? halves[0] : nil }
    let missing = 16 - halves[0].count - halves[1].count
    return missing < 2 ? nil : halves[0] + [UInt8](repeating: 0, count: missing) + halves[1]
  }

  private static func groups(_ text: Substring, mayEndInFour: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndInFour, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
        guard let last = four(part) else { return nil }
        return bytes + last
      }
      let isPlain = (1...4).contains(part.utf8.count) && part.utf8.allSatisfy { $0 != UInt8(ascii: "+") }
      guard isPlain, let value = UInt16(part, radix: 16) else { return nil }
      bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
    }
    return bytes
  }

  /// The text of RFC 5952 section 4.
  public var description: String {
    guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    guard let zeros = Self.longestZeros(groups) else { return Self.text(groups[...]) }
    return Self.text(groups[..<zeros.lowerBound]) + "::" + Self.text(groups[zeros.upperBound...])
  }

  private static func text(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// The first of the longest runs of at least two zeros.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
      start = max(end, start + 1)
    }
    return best
  }
}
