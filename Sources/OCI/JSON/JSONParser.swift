// Reads the text of a JSON document (RFC 8259).

/// Reads a document: strict UTF-8, no lone surrogates, nothing after the value, a bounded size and depth.
struct JSONParser {
  static let depthLimit = 64
  static let byteLimit = 16 << 20

  private var document: JSONDocument
  private var position = 0

  static func parse(_ bytes: [UInt8]) throws(SpecError) -> JSONDocument {
    guard bytes.count <= byteLimit else { throw SpecError("", "the document is larger than 16 MiB") }
    var parser = JSONParser(document: JSONDocument(bytes: bytes))
    parser.document.nodes.reserveCapacity(bytes.count / 16 + 1)
    try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("there is more text after the document") }
    return parser.document
  }

  private init(document: JSONDocument) {
    self.document = document
  }

  private mutating func value(depth: Int) throws(SpecError) {
    skipSpace()
    switch peek() {
    case UInt8(ascii: "{"): try container(.object, closing: UInt8(ascii: "}"), depth: depth)
    case UInt8(ascii: "["): try container(.list, closing: UInt8(ascii: "]"), depth: depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "t"): try word("true", .yes)
    case UInt8(ascii: "f"): try word("false", .no)
    case UInt8(ascii: "n"): try word("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func container(_ kind: JSONNode.Kind, closing: UInt8, depth: Int) throws(SpecError) {
    guard depth < Self.depthLimit else { throw failure("nested deeper than 64 levels") }
    let node = document.nodes.count
    append(kind, from: position, next: JSONNode.unfinished)
    position += 1
    skipSpace()
    var isOpen = !take(closing)
    while isOpen {
      if kind == .object { try name() }
      try value(depth: depth + 1)
      skipSpace()
      if !take(UInt8(ascii: ",")) {
        guard take(closing) else { throw unexpected(kind == .object ? "',' or '}'" : "',' or ']'") }
        isOpen = false
      }
    }
    document.nodes[node].end = UInt32(position)
    document.nodes[node].next = UInt32(document.nodes.count)
  }

  private mutating func name() throws(SpecError) {
    skipSpace()
    guard peek() == UInt8(ascii: "\"") else { throw unexpected("the name of a field") }
    try string()
    skipSpace()
    guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
  }

  private mutating func string() throws(SpecError) {
    position += 1
    let start = position
    var kind = JSONNode.Kind.string
    while true {
      let byte = peek()
      if byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        position += 1
      } else if byte == UInt8(ascii: "\"") {
        break
      } else if byte == UInt8(ascii: "\\") {
        let isNUL = try escape()
        if isNUL || kind == .string { kind = isNUL ? .stringWithNUL : .escapedString }
      } else if byte >= 0x80 {
        try multibyteCharacter()
      } else {
        guard position < document.bytes.count else { throw failure("the document ends inside a string") }
        throw failure("a control character inside a string")
      }
    }
    append(kind, from: start)
    position += 1
  }

  /// Moves past an escape; whether it is a NUL.
  private mutating func escape() throws(SpecError) -> Bool {
    position += 1
    switch peek() {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
      return false
    case UInt8(ascii: "u"):
      let unit = try codeUnit()
      guard unit & 0xf800 == 0xd800 else { return unit == 0 }
      guard unit < 0xdc00, peek() == UInt8(ascii: "\\"), byte(at: position + 1) == UInt8(ascii: "u") else {
        throw failure("half of a surrogate pair")
      }
      position += 1
      guard try codeUnit() & 0xfc00 == 0xdc00 else { throw failure("half of a surrogate pair") }
      return false
    default: throw unexpected("an escape")
    }
  }

  /// The four digits after the `u` at the position.
  private mutating func codeUnit() throws(SpecError) -> UInt32 {
    position += 1
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalDigit(peek()) else { throw unexpected("a hexadecimal digit") }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  /// Moves past a character of two to four bytes, in its shortest form and neither a surrogate nor beyond U+10FFFF.
  private mutating func multibyteCharacter() throws(SpecError) {
    let lead = peek()
    var second: ClosedRange<UInt8> = 0x80...0xbf
    var length = 2
    switch lead {
    case 0xc2...0xdf: break
    case 0xe0...0xef:
      length = 3
      if lead == 0xe0 { second = 0xa0...0xbf }
      if lead == 0xed { second = 0x80...0x9f }
    case 0xf0...0xf4:
      length = 4
      if lead == 0xf0 { second = 0x90...0xbf }
      if lead == 0xf4 { second = 0x80...0x8f }
    default: throw failure("bytes that are not UTF-8")
    }
    for index in 1..<length {
      let range = index == 1 ? second : 0x80...0xbf
      guard range.contains(byte(at: position + index)) else { throw failure("bytes that are not UTF-8") }
    }
    position += length
  }

  private mutating func number() throws(SpecError) {
    let start = position
    var kind = JSONNode.Kind.integer
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) {
      kind = .real
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      kind = .real
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    append(kind, from: start)
  }

  private mutating func digits() throws(SpecError) {
    let start = position
    while isDigit(peek()) { position += 1 }
    guard position > start else { throw unexpected("a digit") }
  }

  private mutating func word(_ word: String, _ kind: JSONNode.Kind) throws(SpecError) {
    let start = position
    let letters = word.utf8.span
    for index in letters.indices {
      guard take(letters[index]) else { throw unexpected(word) }
    }
    append(kind, from: start)
  }

  private mutating func append(_ kind: JSONNode.Kind, from start: Int) {
    append(kind, from: start, next: UInt32(document.nodes.count + 1))
  }

  private mutating func append(_ kind: JSONNode.Kind, from start: Int, next: UInt32) {
    document.nodes.append(JSONNode(kind: kind, start: UInt32(start), end: UInt32(position), next: next))
  }

  private mutating func skipSpace() {
    while true {
      switch peek() {
      case 0x20, 0x0a, 0x0d, 0x09: position += 1
      default: return
      }
    }
  }

  private func peek() -> UInt8 { byte(at: position) }

  /// The byte there, 0 beyond the end: no rule of the grammar lets a NUL pass.
  private func byte(at index: Int) -> UInt8 {
    index < document.bytes.count ? document.bytes[index] : 0
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte, position < document.bytes.count else { return false }
    position += 1
    return true
  }

  private func unexpected(_ expected: String) -> SpecError {
    var found = "another character"
    if position == document.bytes.count {
      found = "the end of the document"
    } else if peek() > 0x20, peek() < 0x7f {
      found = decoded(document.bytes[position...position])
    }
    return failure(sentence("expected %, found %", expected, found))
  }

  private func failure(_ reason: String) -> SpecError {
    let last = document.nodes.count - 1
    return document.error(
      sentence("invalid JSON: %", reason), path: last < 0 ? "" : document.path(to: last), offset: position)
  }
}
