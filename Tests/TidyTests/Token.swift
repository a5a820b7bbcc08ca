// The words and signs of a file's code, with their lines.

/// A word (identifier, keyword or number) or a single sign; the arrow `->` is one sign.
struct Token {
  let text: String
  /// Counted from 0.
  let line: Int

  var isWord: Bool { text.utf8.first.map(Self.belongsToWord) ?? false }

  static func tokens(of code: [String], language: Language) -> [Token] {
    var continues = false
    return code.enumerated().flatMap { number, line -> [Token] in
      // Lines of the C preprocessor hold braces and names that are no code of their own.
      let skipped = language == .c && (continues || line.hasPrefix("#"))
      continues = skipped && line.hasSuffix("\\")
      return skipped ? [] : tokens(of: line, number: number)
    }
  }

  private static func tokens(of line: String, number: Int) -> [Token] {
    let bytes = Array(line.utf8)
    var tokens: [Token] = []
    var position = 0
    while position < bytes.count {
      let start = position
      position += 1
      if belongsToWord(bytes[start]) {
        while position < bytes.count && belongsToWord(bytes[position]) { position += 1 }
      } else if bytes[start] == UInt8(ascii: " ") || bytes[start] == UInt8(ascii: "\t") {
        continue
      } else if bytes[start...].starts(with: "->".utf8) {
        position += 1
      }
      tokens.append(Token(text: String(decoding: bytes[start..<position], as: UTF8.self), line: number))
    }
    return tokens
  }

  private static func belongsToWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
      true
    default: false
    }
  }
}
