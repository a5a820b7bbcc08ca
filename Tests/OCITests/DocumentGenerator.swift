// Random JSON documents, right and broken.

/// Makes JSON documents with all parts of the grammar, and breaks them.
struct DocumentGenerator {
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  mutating func document() -> String {
    space() + value(depth: 0) + space()
  }

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: depth < 5 ? 0..<9 : 0..<6, using: &random) {
    case 0: return ["null", "true", "false"].randomElement(using: &random) ?? ""
    case 1: return String(Int64.random(in: -(1 << 53)...(1 << 53), using: &random))
    case 2: return number()
    case 3, 4, 5: return string()
    case 6: return list(depth)
    default: return object(depth)
    }
  }

  private mutating func number() -> String {
    var text = Bool.random(using: &random) ? "-" : ""
    text += Bool.random(using: &random) ? "0" : "\(UInt32.random(in: 1...UInt32.max, using: &random))"
    if Bool.random(using: &random) { text += ".\(UInt16.random(in: 0...UInt16.max, using: &random))" }
    if Bool.random(using: &random) {
      let sign = ["", "+", "-"].randomElement(using: &random) ?? ""
      text += "eE".randomElement(using: &random).map { "\($0)\(sign)" } ?? ""
      text += "\(Int.random(in: 0...20, using: &random))"
    }
    return text
  }

  private mutating func string() -> String {
    let pieces = [
      "a", "path/to", " ", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00fC", "\\ud83d\\ude00", "\\b\\f\\r\\t", "ä",
      "\u{20ac}", "\u{1f600}", "}", "]", ",", ":", "\u{7f}", "\\u2028", "\u{2028}", "0", "e\u{301}", "\\uFFFF",
    ]
    let count = Int.random(in: 0...6, using: &random)
    return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
  }

  private mutating func list(_ depth: Int) -> String {
    let count = Int.random(in: 0...4, using: &random)
    return "[" + space()
      + (0..<count).map { _ in value(depth: depth + 1) + space() }.joined(separator: "," + space()) + "]"
  }

  private mutating func object(_ depth: Int) -> String {
    let count = Int.random(in: 0...4, using: &random)
    // Of fields of the same name Foundation may keep another one: the number keeps them apart.
    let members = (0..<count).map { index in
      "\"\(index)" + string().dropFirst() + space() + ":" + space() + value(depth: depth + 1) + space()
    }
    return "{" + space() + members.joined(separator: "," + space()) + "}"
  }

  private mutating func space() -> String {
    let count = Int.random(in: 0...8, using: &random) - 5
    return (0..<max(count, 0)).map { _ in [" ", "\n", "\t", "\r\n"].randomElement(using: &random) ?? "" }.joined()
  }

  /// The bytes after one to three changes.
  mutating func broken(_ document: [UInt8]) -> [UInt8] {
    var bytes = document
    for _ in 0...Int.random(in: 0...2, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let byte = [UInt8](#"{}[]",:\0123456789.-+eEutrfalsn "#.utf8).randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.insert(byte, at: place)
      case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 2: if place < bytes.count { bytes.remove(at: place) }
      case 3: if place < bytes.count { bytes[place] = byte }
      case 4: if place < bytes.count { bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random)) }
      default: bytes.removeLast(Int.random(in: 0...min(3, bytes.count), using: &random))
      }
    }
    return bytes
  }
}
