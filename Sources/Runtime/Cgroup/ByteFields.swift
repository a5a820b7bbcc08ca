// Taking texts of the kernel apart without copies.

extension ArraySlice<UInt8> {
  /// Takes the bytes before the next separator off the front, and the separator; all that is left when there is none.
  /// No list of fields is made: these texts are read for every container, and allocations are page faults.
  mutating func takeField(_ separator: UInt8) -> ArraySlice<UInt8>? {
    if isEmpty { return nil }
    let end = firstIndex(of: separator) ?? endIndex
    let field = self[startIndex..<end]
    self = end == endIndex ? self[end...] : self[(end + 1)...]
    return field
  }

  /// Whether one of the fields is that text.
  func hasField(_ text: String, _ separator: UInt8) -> Bool {
    var rest = self
    while let field = rest.takeField(separator) {
      if field.elementsEqual(text.utf8) { return true }
    }
    return false
  }
}
