// Texts as bytes.

/// Whether two texts are the same bytes. `==` on strings takes differently composed characters as equal, which the
/// kernel does not, and needs Unicode tables of 30 KB.
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

/// A text out of parts; one function for all messages keeps the program small.
@inline(never)
func sentence(_ parts: String...) -> String {
  var bytes: [UInt8] = []
  for part in parts { bytes.append(contentsOf: part.utf8) }
  return String(decoding: bytes, as: UTF8.self)
}

/// Sorts indices by the texts that belong to them, equal texts by index: heapsort, because nobody can slow it down by
/// the choice of texts and the sort of the standard library is compiled anew for each element type.
@inline(never)
func sort(_ indices: inout [Int], by text: (Int) -> String) {
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
