// Writes JSON as Go's encoder does.

/// Writes JSON byte for byte as Go's encoder does, which callers of runc are used to.
public struct JSONWriter {
  public private(set) var bytes: [UInt8] = []
  private let layout: JSONLayout
  private var depth = 0
  /// Whether nothing stands yet in the innermost container.
  private(set) var isFirst = true
  private var followsName = false

  public init(_ layout: JSONLayout = .compact) {
    self.layout = layout
  }

  public mutating func beginObject() { begin(UInt8(ascii: "{")) }
  public mutating func endObject() { end(UInt8(ascii: "}")) }
  public mutating func beginList() { begin(UInt8(ascii: "[")) }
  public mutating func endList() { end(UInt8(ascii: "]")) }

  /// The name of the member whose value comes next.
  @inline(never)
  public mutating func name(_ name: String) {
    separate()
    Self.append(name, to: &bytes, escapingHTML: true)
    bytes.append(UInt8(ascii: ":"))
    if layout != .compact { bytes.append(UInt8(ascii: " ")) }
    followsName = true
  }

  @inline(never)
  public mutating func string(_ text: String) {
    separate()
    Self.append(text, to: &bytes, escapingHTML: true)
  }

  public mutating func integer(_ value: Int64) { literal(String(value)) }
  public mutating func integer(_ value: UInt64) { literal(String(value)) }

  public mutating func boolean(_ value: Bool) {
    literal(value ? "true" : "false")
  }

  /// `null`, or the text of a number that this writer cannot make.
  @inline(never)
  public mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  @inline(never)
  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    depth += 1
    isFirst = true
  }

  @inline(never)
  private mutating func end(_ bracket: UInt8) {
    depth -= 1
    if !isFirst { breakLine() }
    bytes.append(bracket)
    isFirst = false
  }

  @inline(never)
  private mutating func separate() {
    if followsName {
      followsName = false
    } else if depth > 0 {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      breakLine()
    }
    isFirst = false
  }

  private mutating func breakLine() {
    guard layout != .compact else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { bytes.append(contentsOf: layout.indentation.utf8) }
  }

  /// A string in quotation marks. Go escapes what HTML would read as markup, and the two Unicode line ends.
  static func append(_ text: String, to bytes: inout [UInt8], escapingHTML: Bool) {
    bytes.append(UInt8(ascii: "\""))
    // The last two bytes: U+2028 and U+2029 are e2 80 a8 and e2 80 a9.
    var before: (UInt8, UInt8) = (0, 0)
    let span = text.utf8.span
    for index in span.indices {
      let byte = span[index]
      if escapingHTML, before == (0xe2, 0x80), byte & 0xfe == 0xa8 {
        bytes.removeLast(2)
        appendEscape(of: 0x2020 | UInt16(byte & 0x0f), to: &bytes)
      } else if let letter = shortEscape(of: byte) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
      } else if byte < 0x20 || escapingHTML && isMarkup(byte) {
        appendEscape(of: UInt16(byte), to: &bytes)
      } else {
        bytes.append(byte)
      }
      before = (before.1, byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isMarkup(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
  }

  private static func shortEscape(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
    case 0x08: UInt8(ascii: "b")
    case 0x0c: UInt8(ascii: "f")
    case 0x0a: UInt8(ascii: "n")
    case 0x0d: UInt8(ascii: "r")
    case 0x09: UInt8(ascii: "t")
    default: nil
    }
  }

  private static func appendEscape(of unit: UInt16, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(UInt8(ascii: "u"))
    for shift: UInt16 in [12, 8, 4, 0] {
      let digit = UInt8(unit >> shift & 0xf)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}

extension JSONWriter {
  /// A place to go back to.
  struct Mark {
    fileprivate let count: Int
    fileprivate let isFirst: Bool
  }

  /// Taken before a name.
  var mark: Mark { Mark(count: bytes.count, isFirst: isFirst) }

  /// Takes back a member whose value turned out as an empty object that is still open.
  mutating func takeBack(to mark: Mark) {
    bytes.removeLast(bytes.count - mark.count)
    depth -= 1
    isFirst = mark.isFirst
  }
}
