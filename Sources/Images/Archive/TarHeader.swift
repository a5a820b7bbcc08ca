// A block of 512 bytes that describes an entry.

internal import Linux

/// A header block of 512 bytes: V7, ustar (POSIX.1-1988), star, or GNU (tar(5) of libarchive describes them).
struct TarHeader {
  static let size = 512

  let bytes: [UInt8]

  /// Nil for a block of zeros, which marks the end.
  init?(_ bytes: [UInt8]) throws(ImageError) {
    guard bytes.contains(where: { $0 != 0 }) else { return nil }
    self.bytes = bytes
    // The checksum counts its own field as spaces; old programs summed signed bytes.
    let field = 148..<156
    var (sum, signedSum): (Int64, Int64) = (0, 0)
    for (index, byte) in bytes.enumerated() {
      sum += field.contains(index) ? 32 : Int64(byte)
      signedSum += field.contains(index) ? 32 : Int64(Int8(bitPattern: byte))
    }
    let stored = try number(field)
    guard stored == sum || stored == signedSum else {
      throw TarHeader.failure("the checksum of a header is wrong")
    }
  }

  var type: UInt8 { bytes[156] }
  var path: [UInt8] {
    let name = text(0..<100)
    // The prefix stands only where ustar says so; GNU has times there, star ends it earlier.
    guard isPOSIX, bytes[345] != 0 else { return name }
    return text(345..<(isStar ? 476 : 500)) + [UInt8(ascii: "/")] + name
  }
  var target: [UInt8] { text(157..<257) }

  var isGNU: Bool { bytes[257..<265].elementsEqual("ustar  \0".utf8) }
  private var isPOSIX: Bool { bytes[257..<263].elementsEqual("ustar\0".utf8) }
  private var isStar: Bool { isPOSIX && bytes[508..<512].elementsEqual("tar\0".utf8) }
  /// Without a magic word: the format of Version 7 of Unix.
  var isOld: Bool { !isGNU && !isPOSIX }

  /// The bytes of a field up to its NUL.
  func text(_ range: Range<Int>) -> [UInt8] { Array(bytes[range].prefix { $0 != 0 }) }

  /// A number in octal digits, or in base 256 when the first bit is set. An empty field is 0.
  func number(_ range: Range<Int>) throws(ImageError) -> Int64 {
    if bytes[range.lowerBound] & 0x80 != 0 { return try binary(range) }
    var digits = bytes[range].drop { $0 == 32 || $0 == 0 }
    while let last = digits.last, last == 32 || last == 0 { digits.removeLast() }
    // Some writers leave text behind the NUL that ends the number.
    digits = digits.prefix { $0 != 0 && $0 != 32 }
    var value: Int64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else {
        throw TarHeader.failure("a number of a header is none")
      }
      value = value << 3 | Int64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// Two's complement in the field without its first bit.
  private func binary(_ range: Range<Int>) throws(ImageError) -> Int64 {
    let isNegative = bytes[range.lowerBound] & 0x40 != 0
    var value: Int64 = isNegative ? -1 : 0
    for index in range {
      let byte = index == range.lowerBound ? bytes[index] & 0x7f | (isNegative ? 0x80 : 0) : bytes[index]
      // The bits that fall off must all be copies of the sign.
      guard value >> 55 == (isNegative ? -1 : 0) else { throw TarHeader.failure("a number of a header is too great") }
      value = value << 8 | Int64(byte)
    }
    return value
  }

  static func failure(_ problem: String) -> ImageError { ImageError(.malformed, "the archive: \(problem)") }
}
