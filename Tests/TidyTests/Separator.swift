// Tells code, comments and the contents of strings apart, byte by byte; newlines stay in every view.

/// One pass over a file. Both views are as long as the file and blank where something belongs to the other.
struct Separator {
  let bytes: [UInt8]
  let language: Language
  private(set) var code: [UInt8] = []
  private(set) var comments: [UInt8] = []
  private var position = 0
  /// Whether a comment or a string can begin with a byte.
  private let mayBegin: [Bool]

  init(bytes: [UInt8], language: Language) {
    self.bytes = bytes
    self.language = language
    mayBegin = (0..<256).map { "/\"'#".utf8.contains(UInt8($0)) }
    code.reserveCapacity(bytes.count)
    comments.reserveCapacity(bytes.count)
  }

  mutating func separate() {
    readCode(untilParenthesisCloses: false)
  }

  private enum View { case code, comment, neither }

  private mutating func take(_ count: Int, as view: View) {
    for _ in 0..<count where position < bytes.count {
      let byte = bytes[position]
      let blank = byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: " ")
      code.append(view == .code ? byte : blank)
      comments.append(view == .comment ? byte : blank)
      position += 1
    }
  }

  private func sees(_ text: String, at offset: Int = 0) -> Bool {
    var index = position + offset
    for byte in text.utf8 {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Reads code; inside a string's interpolation only up to the parenthesis that ends it.
  private mutating func readCode(untilParenthesisCloses inside: Bool) {
    var depth = 0
    while position < bytes.count {
      if mayBegin[Int(bytes[position])] && readCommentOrString() { continue }
      if sees("(") { depth += 1 }
      if sees(")") { depth -= 1 }
      take(1, as: .code)
      if inside && depth == 0 { return }
    }
  }

  /// Reads one comment or string, if one begins here.
  private mutating func readCommentOrString() -> Bool {
    switch language {
    case .script:
      let begins = position == 0 || bytes[position - 1] == UInt8(ascii: " ") || bytes[position - 1] == 10
      guard sees("#") && begins else { return false }
      readLineComment()
    case .swift, .c:
      if sees("//") { readLineComment(); return true }
      if sees("/*") { readBlockComment(); return true }
      return language == .swift ? readSwiftString() : readCLiteral()
    }
    return true
  }

  private mutating func readLineComment() {
    while position < bytes.count && !sees("\n") { take(1, as: .comment) }
  }

  private mutating func readBlockComment() {
    var depth = 0
    repeat {
      if sees("/*") && (depth == 0 || language == .swift) {
        depth += 1
        take(2, as: .comment)
      } else if sees("*/") {
        depth -= 1
        take(2, as: .comment)
      } else {
        take(1, as: .comment)
      }
    } while depth > 0 && position < bytes.count
  }

  /// A string with any number of `#`, of one or of several lines, with interpolations that are code again.
  private mutating func readSwiftString() -> Bool {
    var marks = 0
    while sees("#", at: marks) { marks += 1 }
    guard sees("\"", at: marks) else { return false }
    let quotes = sees("\"\"\"", at: marks) ? 3 : 1
    take(marks + quotes, as: .code)
    while position < bytes.count && !closes(quotes: quotes, marks: marks) {
      guard sees("\\") && hasMarks(marks, at: 1) else {
        take(1, as: .neither)
        continue
      }
      if sees("(", at: 1 + marks) {
        take(1 + marks, as: .neither)
        readCode(untilParenthesisCloses: true)
      } else {
        take(2 + marks, as: .neither)
      }
    }
    take(quotes + marks, as: .code)
    return true
  }

  private func closes(quotes: Int, marks: Int) -> Bool {
    (quotes == 3 ? sees("\"\"\"") : sees("\"")) && hasMarks(marks, at: quotes)
  }

  private func hasMarks(_ count: Int, at offset: Int) -> Bool {
    (0..<count).allSatisfy { sees("#", at: offset + $0) }
  }

  /// A string or a character of C.
  private mutating func readCLiteral() -> Bool {
    guard sees("\"") || sees("'") else { return false }
    let quote = bytes[position]
    take(1, as: .code)
    while position < bytes.count && bytes[position] != quote && !sees("\n") {
      take(sees("\\") ? 2 : 1, as: .neither)
    }
    take(1, as: .code)
    return true
  }
}
