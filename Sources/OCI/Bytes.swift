// Texts as bytes.

// Everything here is compiled once and not inlined, which keeps the program small, and none of it needs the Unicode
// tables (30 KB) that `==` and `hasPrefix` of strings draw in. Those would also take differently composed characters
// as equal, which the kernel does not.

/// The text of some bytes; what is no UTF-8 becomes U+FFFD.
@inline(never)
func decoded(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// Whether two texts are the same bytes.
@inline(never)
public func sameBytes(_ left: String, _ right: String) -> Bool {
  left.utf8.count == right.utf8.count && hasPrefix(left, right)
}

/// Whether a text begins with these bytes.
@inline(never)
public func hasPrefix(_ text: String, _ prefix: String) -> Bool {
  let (bytes, first) = (text.utf8.span, prefix.utf8.span)
  guard bytes.count >= first.count else { return false }
  for index in first.indices where bytes[index] != first[index] { return false }
  return true
}

/// Compares byte by byte; a text comes before a longer one that begins with it.
@inline(never)
func precedes(_ left: String, _ right: String) -> Bool {
  let (one, other) = (left.utf8.span, right.utf8.span)
  for index in other.indices {
    guard index < one.count else { return true }
    if one[index] != other[index] { return one[index] < other[index] }
  }
  return false
}

/// Whether a text holds one of these bytes.
@inline(never)
public func holds(_ text: String, anyOf wanted: String) -> Bool {
  let (bytes, set) = (text.utf8.span, wanted.utf8.span)
  for index in bytes.indices {
    for other in set.indices where bytes[index] == set[other] { return true }
  }
  return false
}

/// Whether a text holds white space or a control character: it would break the lines of a kernel file.
@inline(never)
func holdsSpace(_ text: String) -> Bool {
  let bytes = text.utf8.span
  for index in bytes.indices where bytes[index] <= 0x20 || bytes[index] == 0x7f { return true }
  return false
}

/// The pieces between the separators, empty ones too.
@inline(never)
public func pieces(of text: String, separator: UInt8) -> [String] {
  var pieces: [String] = []
  var piece: [UInt8] = []
  let bytes = text.utf8.span
  for index in bytes.indices {
    let byte = bytes[index]
    if byte == separator {
      pieces.append(decoded(piece[...]))
      piece = []
    } else {
      piece.append(byte)
    }
  }
  pieces.append(decoded(piece[...]))
  return pieces
}

/// A number of decimal digits alone, at most `highest`; nil for anything else, signs and spaces among it.
@inline(never)
func number(_ text: String, atMost highest: UInt64) -> UInt64? {
  let bytes = text.utf8.span
  guard bytes.count > 0, bytes.count <= 20 else { return nil }
  var value: UInt64 = 0
  for index in bytes.indices {
    guard isDigit(bytes[index]) else { return nil }
    let digit = UInt64(bytes[index] - UInt8(ascii: "0"))
    guard digit <= highest, value <= (highest - digit) / 10 else { return nil }
    value = value * 10 + digit
  }
  return value
}

func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

func isLetter(_ byte: UInt8) -> Bool {
  byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
}

/// A text in which each `%` of the template stands for the next part. Texts are not interpolated here: that would be
/// compiled into every place, at 20 KB in all.
@inline(never)
public func sentence(_ template: String, _ first: String, _ second: String, _ third: String) -> String {
  var parts = [third, second, first]
  var bytes: [UInt8] = []
  let text = template.utf8.span
  for index in text.indices {
    if text[index] == UInt8(ascii: "%") {
      bytes.append(contentsOf: (parts.popLast() ?? "").utf8)
    } else {
      bytes.append(text[index])
    }
  }
  return decoded(bytes[...])
}

/// Functions of their own, as default arguments would be passed by every caller.
@inline(never)
public func sentence(_ template: String, _ first: String, _ second: String) -> String {
  sentence(template, first, second, "")
}

@inline(never)
public func sentence(_ template: String, _ first: String) -> String { sentence(template, first, "", "") }

/// The path of something in a list: `list[index]` and what follows.
@inline(never)
func element(_ list: String, _ index: Int, _ rest: String = "") -> String {
  sentence("%[%]%", list, String(index), rest)
}

/// Sorts indices by the texts that belong to them, equal texts by index: heapsort, because nobody can slow it down by
/// the choice of texts and the sort of the standard library is compiled anew for each element type.
@inline(never)
public func sort(_ indices: inout [Int], by text: (Int) -> String) {
  func isBefore(_ one: Int, _ other: Int) -> Bool {
    let (left, right) = (text(one), text(other))
    return precedes(left, right) || one < other && !precedes(right, left)
  }
  func sink(_ start: Int, _ count: Int) {
    var parent = start
    while 2 * parent + 1 < count {
      var child = 2 * parent + 1
      if child + 1 < count, isBefore(indices[child], indices[child + 1]) { child += 1 }
      guard isBefore(indices[parent], indices[child]) else { return }
      indices.swapAt(parent, child)
      parent = child
    }
  }
  for start in stride(from: indices.count / 2 - 1, through: 0, by: -1) { sink(start, indices.count) }
  for last in stride(from: indices.count - 1, to: 0, by: -1) {
    indices.swapAt(0, last)
    sink(0, last)
  }
}

/// In the order of their bytes.
@inline(never)
public func sorted(_ texts: [String]) -> [String] {
  var order = [Int](texts.indices)
  sort(&order) { texts[$0] }
  var sorted: [String] = []
  for index in order { sorted.append(texts[index]) }
  return sorted
}
