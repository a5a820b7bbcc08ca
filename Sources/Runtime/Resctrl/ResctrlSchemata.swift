// The schemata of a resctrl group.

/// The schemata of a resctrl group, such as `L3:0=7ff;1=1f`, a line for each resource.
struct ResctrlSchemata {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether they are what one or more lines ask for. The kernel writes the same in other words: padded, with other
  /// zeros in front, and with domains that a line leaves out.
  func hold(_ wanted: String) -> Bool {
    var lines = [UInt8](wanted.utf8)[...]
    while let line = lines.takeLine() {
      if !holdLine(line) { return false }
    }
    return true
  }

  private func holdLine(_ wanted: ArraySlice<UInt8>) -> Bool {
    var domains = wanted
    let resource = ResctrlSchemata.trimmed(domains.takeField(UInt8(ascii: ":")) ?? [])
    while let domain = domains.takeField(UInt8(ascii: ";")) {
      let own = ResctrlSchemata.trimmed(domain)
      if !own.isEmpty && !holdDomain(own, resource) { return false }
    }
    return true
  }

  private func holdDomain(_ wanted: ArraySlice<UInt8>, _ resource: ArraySlice<UInt8>) -> Bool {
    var lines = bytes[...]
    while var line = lines.takeLine() {
      if ResctrlSchemata.trimmed(line.takeField(UInt8(ascii: ":")) ?? []) != resource { continue }
      while let domain = line.takeField(UInt8(ascii: ";")) {
        if ResctrlSchemata.isSame(wanted, ResctrlSchemata.trimmed(domain)) { return true }
      }
    }
    return false
  }

  /// Whether two domains `id=value` have the same id and the same value.
  private static func isSame(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    var (one, other) = (left, right)
    let sign = UInt8(ascii: "=")
    guard let id = one.takeField(sign), let otherID = other.takeField(sign) else { return false }
    return digits(id) == digits(otherID) && digits(one) == digits(other)
  }

  /// In lower case and without zeros in front.
  private static func digits(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var digits: [UInt8] = []
    for byte in trimmed(text) where !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte | 0x20) }
    return digits
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while let byte = text.first, byte <= 0x20 { text.removeFirst() }
    while let byte = text.last, byte <= 0x20 { text.removeLast() }
    return text
  }
}
