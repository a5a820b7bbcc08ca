// Reading JSON (RFC 8259).

/// Why bytes are no JSON document.
public struct JSONFault: Error, Equatable, Sendable {
  public let offset: Int
  public let reason: String
}

extension JSONValue {
  /// Reads one document; nothing but white space may follow it.
  public init(parsing bytes: [UInt8]) throws(JSONFault) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  var at = 0
  /// Deeper than any configuration, and shallow enough for every stack.
  static let deepest = 128

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONFault) -> JSONValue {
    let value = try value(depth: 0)
    skipSpace()
    if at < bytes.count { throw fault("something follows the document") }
    return value
  }

  private func fault(_ reason: String) -> JSONFault { JSONFault(offset: at, reason: reason) }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || (0x9...0xa).contains(byte) || byte == 0xd { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    if depth > Self.deepest { throw fault("nested too deeply") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw fault("the document ends early")
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else { throw fault("no value begins so") }
    at += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
    at += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("expected a name") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("expected a colon") }
      members.append(JSONValue.Member(name, try value(depth: depth + 1)))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw fault("expected a comma or the end of the object") }
    return .object(members)
  }

  private mutating func list(depth: Int) throws(JSONFault) -> JSONValue {
    at += 1
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .list([]) }
    repeat {
      values.append(try value(depth: depth + 1))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw fault("expected a comma or the end of the list") }
    return .list(values)
  }

  private mutating func digits() throws(JSONFault) {
    let start = at
    while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
    if at == start { throw fault("no value begins so") }
  }

  private mutating func number() throws(JSONFault) -> String {
    let start = at
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if let byte = next, (0x30...0x39).contains(byte) { throw fault("a number may not begin with 0") }
    } else {
      try digits()
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
      try digits()
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func string() throws(JSONFault) -> String {
    at += 1
    var text: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("a string is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): try escape(to: &text)
      case 0..<0x20: throw fault("a control character in a string")
      default: text.append(byte)
      }
    }
    throw fault("the document ends within a string")
  }

  private mutating func escape(to text: inout [UInt8]) throws(JSONFault) {
    guard let byte = next else { throw fault("the document ends within a string") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x8)
    case UInt8(ascii: "f"): text.append(0xc)
    case UInt8(ascii: "n"): text.append(0xa)
    case UInt8(ascii: "r"): text.append(0xd)
    case UInt8(ascii: "t"): text.append(0x9)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
    default: throw fault("no such escape")
    }
  }

  /// Halves of a pair that stand alone become the replacement character.
  private mutating func escapedScalar() throws(JSONFault) -> Character {
    let first = try hexadecimal()
    if first & 0xfc00 == 0xd800, bytes[at...].starts(with: [0x5c, 0x75]) {
      let back = at
      at += 2
      let second = try hexadecimal()
      if second & 0xfc00 == 0xdc00, let scalar = Unicode.Scalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff) {
        return Character(scalar)
      }
      at = back
    }
    return Character(Unicode.Scalar(first) ?? "\u{fffd}")
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
    guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw fault("no such escape") }
    at += 4
    return value
  }
}
