// Taking texts of the kernel apart without copies.

extension ArraySlice<UInt8> {
  /// Takes the bytes before the next separator off the front, and the separator; all that is left when there is none.
  /// No list of fields is made: these texts are read for every container, and allocations are page faults.
  @inline(never)
  mutating func takeField(_ separator: UInt8) -> ArraySlice<UInt8>? {
    if isEmpty { return nil }
    let end = firstIndex(of: separator) ?? endIndex
    let field = self[startIndex..<end]
    self = end == endIndex ? self[end...] : self[(end + 1)...]
    return field
  }

  mutating func takeLine() -> ArraySlice<UInt8>? { takeField(UInt8(ascii: "\n")) }

  @inline(never)
  func isText(_ text: String) -> Bool { count == text.utf8.count && begins(text) }

  @inline(never)
  func begins(_ text: String) -> Bool {
    let bytes = text.utf8.span
    if count < bytes.count { return false }
    for index in bytes.indices where self[startIndex + index] != bytes[index] { return false }
    return true
  }

  var text: String { ContainerRuntime.text(self[...]) }

  /// Whether one of the fields is that text.
  @inline(never)
  func hasField(_ text: String, _ separator: UInt8) -> Bool {
    var rest = self
    while let field = rest.takeField(separator) {
      if field.isText(text) { return true }
    }
    return false
  }

  /// Decimal digits only; nil for anything else and for numbers that do not fit.
  @inline(never)
  func number() -> UInt64? {
    if isEmpty { return nil }
    var value: UInt64 = 0
    for byte in self {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if isTooLarge || overflows { return nil }
      value = sum
    }
    return value
  }
}
