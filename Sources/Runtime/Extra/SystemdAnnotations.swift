// Properties of the unit out of annotations.

internal import Linux
internal import OCI

extension SystemdProperties {
  private static let prefix = "org.systemd.property."

  /// The annotations `org.systemd.property.NAME` of config.json, whose values are texts of GVariant: `true`, `5`,
  /// `uint64 5`, `'text'`, `['one', 'two']`. A name that ends in `Sec` is one of systemd's times, of which it takes the
  /// microseconds.
  mutating func add(_ annotations: Annotations) throws(RuntimeError) {
    for entry in annotations.entries where hasPrefix(entry.key, SystemdProperties.prefix) {
      let name = text([UInt8](entry.key.utf8)[SystemdProperties.prefix.utf8.count...])
      guard name.utf8.count > 2, name.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a }) else {
        throw .invalidConfiguration(sentence("annotation %: invalid property name", entry.key))
      }
      guard let property = SystemdProperties.property(name, entry.value) else {
        throw .invalidConfiguration(sentence("annotation %: value parse error: %", entry.key, entry.value))
      }
      append(property)
    }
  }

  private static func property(_ name: String, _ value: String) -> String? {
    let bytes = trimmed([UInt8](value.utf8)[...])
    if isSame(bytes, "true") || isSame(bytes, "false") { return joined([name, "=b:", text(bytes)]) }
    if let quoted = unquoted(bytes) { return joined([name, "=s:", quoted]) }
    if bytes.first == UInt8(ascii: "[") { return members(bytes).map { joined([name, "=as:", $0]) } }
    var (type, number) = ("i", bytes)
    for (word, code) in [("int32", "i"), ("uint32", "u"), ("int64", "x"), ("uint64", "t")] {
      if begins(bytes, with: word + " ") { (type, number) = (code, trimmed(bytes.dropFirst(word.utf8.count))) }
    }
    let isTime = name.utf8.count > 3 && isSame([UInt8](name.utf8).suffix(3), "Sec")
    if isTime, !isSame([UInt8](name.utf8).suffix(4), "USec") { return microseconds(name, number) }
    return fits(number, type) ? joined([name, "=", type, ":", text(number)]) : nil
  }

  /// Seconds, perhaps with a fraction.
  private static func microseconds(_ name: String, _ value: ArraySlice<UInt8>) -> String? {
    var rest = value
    guard let whole = rest.takeField(UInt8(ascii: "."))?.number(), whole < 1 << 43 else { return nil }
    var fraction = rest
    while fraction.count < 6 { fraction.append(UInt8(ascii: "0")) }
    guard let part = fraction.prefix(6).number(), rest.isEmpty || rest.number() != nil else { return nil }
    let stem = text([UInt8](name.utf8).dropLast(3)[...])
    return joined([stem, "USec=t:", String(whole * 1_000_000 + part)])
  }

  private static func fits(_ number: ArraySlice<UInt8>, _ type: String) -> Bool {
    let word = text(number)
    if sameBytes(type, "t") { return digits(number, atMost: .max) != nil }
    guard let value = integer(word) else { return false }
    if sameBytes(type, "i") { return Int32(exactly: value) != nil }
    return sameBytes(type, "x") || UInt32(exactly: value) != nil
  }

  /// What stands between quotation marks of either kind; nil for anything else. Nothing in it is escaped.
  private static func unquoted(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count > 1, let mark = bytes.first, mark == bytes.last,
      mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\"")
    else { return nil }
    let inner = bytes.dropFirst().dropLast()
    if inner.contains(mark) || inner.contains(UInt8(ascii: "\\")) { return nil }
    return text(inner)
  }

  /// The members of a list of texts, as `apus-systemd` takes them.
  private static func members(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.last == UInt8(ascii: "]") else { return nil }
    var rest = trimmed(bytes.dropFirst().dropLast())
    var members: [String] = []
    while let mark = rest.first {
      guard let end = rest.dropFirst().firstIndex(of: mark), let member = unquoted(rest[...end]) else { return nil }
      var escaped: [UInt8] = []
      for byte in member.utf8 {
        if byte == UInt8(ascii: ",") { escaped.append(UInt8(ascii: "\\")) }
        escaped.append(byte)
      }
      members.append(text(escaped[...]))
      rest = trimmed(rest[(end + 1)...])
      if rest.first == UInt8(ascii: ",") { rest = trimmed(rest.dropFirst()) } else if !rest.isEmpty { return nil }
    }
    return joined(members, by: ",")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while bytes.first == UInt8(ascii: " ") { bytes.removeFirst() }
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    return bytes
  }
}
