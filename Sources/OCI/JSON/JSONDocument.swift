// A parsed JSON document: its bytes and a flat list of its values.

/// A parsed document. Nodes stand in reading order; a member of an object is two nodes, its name and its value.
struct JSONDocument {
  let bytes: [UInt8]
  var nodes: [JSONNode] = []

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The node that follows a value and all that is inside it.
  @inline(never)
  func following(_ node: Int) -> Int {
    let next = nodes[node].next
    return next == JSONNode.unfinished ? nodes.count : Int(next)
  }

  /// The value of the last member of that name (as Go has it), nil without one.
  func member(_ name: String, of object: Int) -> Int? {
    var found: Int?
    var key = object + 1
    let end = following(object)
    while key < end {
      if isNamed(name, key) { found = key + 1 }
      key = following(key + 1)
    }
    return found
  }

  func countOfElements(_ list: Int) -> Int {
    var count = 0
    var element = list + 1
    while element < following(list) {
      element = following(element)
      count += 1
    }
    return count
  }

  private func isNamed(_ name: String, _ key: Int) -> Bool {
    let node = nodes[key]
    guard node.kind == .string else { return sameBytes(string(key), name) }
    let wanted = name.utf8.span
    guard Int(node.end - node.start) == wanted.count else { return false }
    for index in wanted.indices where bytes[Int(node.start) + index] != wanted[index] { return false }
    return true
  }

  /// The text of a string node, its escapes resolved.
  @inline(never)
  func string(_ node: Int) -> String {
    let start = Int(nodes[node].start)
    let end = Int(nodes[node].end)
    guard nodes[node].kind != .string else { return decoded(bytes[start..<end]) }
    var text: [UInt8] = []
    text.reserveCapacity(end - start)
    var index = start
    while index < end {
      if bytes[index] == UInt8(ascii: "\\") {
        index = appendEscape(at: index + 1, to: &text)
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
    return decoded(text[...])
  }

  /// Appends what the escape after the backslash stands for; the parser has found it well-formed.
  private func appendEscape(at index: Int, to text: inout [UInt8]) -> Int {
    switch bytes[index] {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let unit = hexadecimal(at: index + 1)
      guard unit & 0xf800 == 0xd800 else {
        appendScalar(unit, to: &text)
        return index + 5
      }
      appendScalar(0x10000 + (unit & 0x3ff) << 10 + hexadecimal(at: index + 7) & 0x3ff, to: &text)
      return index + 11
    default: text.append(bytes[index])
    }
    return index + 1
  }

  private func hexadecimal(at index: Int) -> UInt32 {
    var value: UInt32 = 0
    for digit in bytes[index..<index + 4] { value = value << 4 | UInt32(hexadecimalDigit(digit) ?? 0) }
    return value
  }

  private func appendScalar(_ scalar: UInt32, to text: inout [UInt8]) {
    if scalar < 0x80 { return text.append(UInt8(scalar)) }
    if scalar < 0x800 {
      text.append(UInt8(0xc0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        text.append(UInt8(0xe0 | scalar >> 12))
      } else {
        text.append(UInt8(0xf0 | scalar >> 18))
        text.append(UInt8(0x80 | scalar >> 12 & 0x3f))
      }
      text.append(UInt8(0x80 | scalar >> 6 & 0x3f))
    }
    text.append(UInt8(0x80 | scalar & 0x3f))
  }
}

func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
