// The records of an extended header of pax.

internal import Foundation
internal import Linux

/// The records of an extended header (POSIX.1-2001, pax): `<length> <key>=<value>\n`.
struct PaxRecords {
  private(set) var values: [String: [UInt8]] = [:]
  /// The pieces that GNU's first sparse format repeats under the same keys.
  private(set) var sparseNumbers: [Int64] = []

  init() {}

  init(_ bytes: [UInt8], limits: LayerLimits) throws(ImageError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let space = rest.prefix(20).firstIndex(of: 32),
        let length = PaxRecords.decimal(rest[rest.startIndex..<space]), length <= rest.count,
        rest.startIndex + Int(length) > space + 1, rest[rest.startIndex + Int(length) - 1] == 10
      else { throw TarHeader.failure("a record of an extended header is damaged") }
      let record = rest[(space + 1)..<(rest.startIndex + Int(length) - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")), equals > record.startIndex else {
        throw TarHeader.failure("a record of an extended header has no key")
      }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      try set(key, Array(record[(equals + 1)...]), limits)
      rest = rest[(rest.startIndex + Int(length))...]
    }
  }

  private mutating func set(_ key: String, _ value: [UInt8], _ limits: LayerLimits) throws(ImageError) {
    if key == "GNU.sparse.offset" || key == "GNU.sparse.numbytes" {
      guard let number = PaxRecords.decimal(value[...]), sparseNumbers.count < 2 * limits.sparsePieces,
        sparseNumbers.count.isMultiple(of: 2) == (key == "GNU.sparse.offset")
      else { throw TarHeader.failure("the map of a sparse file is damaged") }
      sparseNumbers.append(number)
    }
    values[key] = value
  }

  /// A text; nil when it is absent. An empty value takes back what a header said, for which nil stands as well.
  func text(_ key: String) throws(ImageError) -> [UInt8]? {
    guard let value = values[key], !value.isEmpty else { return nil }
    guard !value.contains(0) else { throw TarHeader.failure("'\(key)' holds a NUL byte") }
    return value
  }

  func number(_ key: String) throws(ImageError) -> Int64? {
    guard let value = values[key], !value.isEmpty else { return nil }
    guard let number = PaxRecords.decimal(value[...]) else { throw TarHeader.failure("'\(key)' is no number") }
    return number
  }

  /// Seconds with a fraction; digits beyond nanoseconds are cut off, downwards.
  func time(_ key: String) throws(ImageError) -> FileTime? {
    guard let value = values[key], !value.isEmpty else { return nil }
    let isNegative = value.first == UInt8(ascii: "-")
    let parts = value[(isNegative ? 1 : 0)...].split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? Array(parts[1].prefix(9)) : []
    guard let seconds = PaxRecords.decimal(parts[0]), seconds < 1 << 50,
      parts.count == 1 || parts[1].allSatisfy(\.isDecimalDigit),
      let nanoseconds = PaxRecords.decimal((fraction + [UInt8](repeating: 48, count: 9 - fraction.count))[...])
    else { throw TarHeader.failure("'\(key)' is no time") }
    guard isNegative else { return FileTime(seconds: seconds, nanoseconds: nanoseconds) }
    let borrows = nanoseconds > 0
    return FileTime(
      seconds: -seconds - (borrows ? 1 : 0), nanoseconds: borrows ? 1_000_000_000 - nanoseconds : 0)
  }

  /// The extended attributes, under the names of either convention.
  func attributes(_ limits: LayerLimits) throws(ImageError) -> [TarEntry.Attribute] {
    var attributes: [TarEntry.Attribute] = []
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      if key.hasPrefix("SCHILY.xattr.") {
        attributes.append(TarEntry.Attribute(name: String(key.dropFirst(13)), value: value))
      } else if key.hasPrefix("LIBARCHIVE.xattr."), values["SCHILY.xattr." + key.dropFirst(17)] == nil {
        guard let name = String(key.dropFirst(17)).removingPercentEncoding,
          let data = Data(base64Encoded: PaxRecords.padded(String(decoding: value, as: UTF8.self)))
        else { throw TarHeader.failure("'\(key.shortened)' is no attribute") }
        attributes.append(TarEntry.Attribute(name: name, value: Array(data)))
      }
    }
    let size = attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
    guard attributes.count <= limits.attributes, size <= limits.attributeBytes else {
      throw ImageError(.limitExceeded, "the archive: an entry has too many or too long extended attributes")
    }
    return attributes
  }

  /// libarchive leaves the signs at the end of base 64 away.
  private static func padded(_ text: String) -> String {
    text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  }

  /// Decimal digits alone, at most 18.
  static func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard (1...18).contains(bytes.count), bytes.allSatisfy(\.isDecimalDigit) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }
}
