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

/// The pieces between separators, empty ones too.
@inline(never)
func fields(_ bytes: ArraySlice<UInt8>, _ separator: UInt8) -> [ArraySlice<UInt8>] {
  var list: [ArraySlice<UInt8>] = []
  var start = bytes.startIndex
  for index in bytes.indices where bytes[index] == separator {
    list.append(bytes[start..<index])
    start = index + 1
  }
  list.append(bytes[start...])
  return list
}

/// What stands before the last slash of a path; nothing without one, and nothing for the root's own.
@inline(never)
func directoryPart(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var end = path.endIndex
  while end > path.startIndex, path[end - 1] != UInt8(ascii: "/") { end -= 1 }
  return path[path.startIndex..<max(path.startIndex, end - 1)]
}

/// The value of decimal digits alone, at most `highest`.
@inline(never)
func digits(_ bytes: ArraySlice<UInt8>, atMost highest: UInt64) -> UInt64? {
  if bytes.isEmpty || bytes.count > 20 { return nil }
  var value: UInt64 = 0
  for byte in bytes {
    let digit = UInt64(byte &- UInt8(ascii: "0"))
    guard digit < 10, digit <= highest, value <= (highest - digit) / 10 else { return nil }
    value = value * 10 + digit
  }
  return value
}

/// Whether bytes begin with those of a text.
@inline(never)
func begins(_ bytes: ArraySlice<UInt8>, with text: String) -> Bool {
  let other = text.utf8.span
  guard bytes.count >= other.count else { return false }
  for index in 0..<other.count where bytes[bytes.startIndex + index] != other[index] { return false }
  return true
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

/// A text out of parts with nothing between them.
@inline(never)
func joined(_ parts: [String]) -> String { joined(parts, by: "") }

/// A text out of parts: one call for a message, where interpolation would be a dozen.
@inline(never)
func joined(_ parts: [String], by separator: String) -> String {
  var bytes: [UInt8] = []
  for (index, part) in parts.enumerated() {
    if index > 0 { bytes.append(contentsOf: separator.utf8) }
    bytes.append(contentsOf: part.utf8)
  }
  return text(bytes[...])
}

/// Adds to a text: `+=` would be compiled into every place.
@inline(never)
func append(_ more: String, to text: inout String) { text += more }
