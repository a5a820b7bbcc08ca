// A source file as the rules see it: its lines, and the same lines with only the code or only the comments left.

import Foundation

/// The languages whose comments and strings the rules can tell apart.
enum Language: String {
  case swift, c, script

  /// By file name; nil for what the rules do not read.
  init?(path: String) {
    switch path.split(separator: ".").last ?? "" {
    case "swift": self = .swift
    case "c", "h": self = .c
    case "sh", "py": self = .script
    default: return nil
    }
  }
}

/// A source file, split into lines that keep their numbers in every view.
struct SourceText {
  /// Relative to the root of the repository.
  let path: String
  let language: Language
  let lines: [String]
  /// The lines without comments and without the contents of strings (their quotes stay).
  let code: [String]
  /// The lines with nothing but their comments.
  let comments: [String]
  let tokens: [Token]
  let functions: [FunctionShape]

  init(path: String, language: Language, text: String) {
    self.path = path
    self.language = language
    lines = Self.lines(Array(text.utf8))
    var separator = Separator(bytes: Array(text.utf8), language: language)
    separator.separate()
    code = Self.lines(separator.code)
    comments = Self.lines(separator.comments)
    tokens = Token.tokens(of: code, language: language)
    functions = FunctionShape.shapes(of: tokens, language: language)
  }

  /// The folders and the file name of the path.
  var components: [String] { path.split(separator: "/").map(String.init) }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    var parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}
