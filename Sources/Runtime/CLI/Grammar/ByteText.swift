// Texts taken apart as bytes: one function for each use, as generic ones are compiled anew for each kind of text.

/// The text of some bytes; what is no UTF-8 becomes U+FFFD.
@inline(never)
func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// The pieces between separators, without empty ones.
@inline(never)
func pieces(_ bytes: ArraySlice<UInt8>, _ isSeparator: (UInt8) -> Bool) -> [ArraySlice<UInt8>] {
  var list: [ArraySlice<UInt8>] = []
  var start = bytes.startIndex
  for index in bytes.indices where isSeparator(bytes[index]) {
    if index > start { list.append(bytes[start..<index]) }
    start = index + 1
  }
  if start < bytes.endIndex { list.append(bytes[start...]) }
  return list
}

/// Whether bytes are those of a text.
@inline(never)
func isSame(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
  let other = text.utf8.span
  guard bytes.count == other.count else { return false }
  for index in 0..<bytes.count where bytes[bytes.startIndex + index] != other[index] { return false }
  return true
}

/// Spaces to fill a column.
func spaces(_ count: Int) -> String { text([UInt8](repeating: UInt8(ascii: " "), count: max(0, count))[...]) }

/// The text with the letters of one case as those of the other; other bytes stay.
@inline(never)
func ascii(_ text: String, isUpper: Bool) -> String {
  var bytes = [UInt8](text.utf8)
  let first = UInt8(ascii: isUpper ? "a" : "A")
  for index in bytes.indices where bytes[index] >= first && bytes[index] < first + 26 { bytes[index] ^= 0x20 }
  return ContainerRuntime.text(bytes[...])
}

/// The decimal digits of a number.
@inline(never)
func decimal(_ value: Int) -> String { String(value) }

/// The number that a text is in decimal digits, with or without a sign.
@inline(never)
func integer(_ text: String) -> Int? { Int(text) }

/// A text out of parts: one call for a message, where interpolation would be a dozen.
@inline(never)
func joined(_ parts: [String]) -> String {
  var bytes: [UInt8] = []
  for part in parts { bytes.append(contentsOf: part.utf8) }
  return text(bytes[...])
}
