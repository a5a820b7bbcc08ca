// Where the functions of a file begin and end, and what parameters they take.

/// The outline of one function, initialiser or computed property.
struct FunctionShape {
  let name: String
  /// Counted from 0, both included; the same when there is no body.
  let firstLine: Int
  let lastLine: Int
  /// The tokens of each parameter.
  let parameters: [[Token]]
  let body: [Token]

  var lineCount: Int { lastLine - firstLine + 1 }

  static func shapes(of tokens: [Token], language: Language) -> [FunctionShape] {
    let outline = Outline(tokens: tokens)
    switch language {
    case .swift: return outline.swiftFunctions()
    case .c: return outline.cFunctions()
    case .script: return []
    }
  }
}

/// Finds functions in a row of tokens.
private struct Outline {
  let tokens: [Token]

  private static let declarations: Set = [
    "func", "init", "deinit", "subscript", "var", "let", "case", "static", "struct", "enum", "class", "extension",
    "protocol", "typealias", "associatedtype", "mutating", "public", "internal", "private", "fileprivate", "package",
  ]

  func swiftFunctions() -> [FunctionShape] {
    tokens.indices.compactMap { index in
      let previous = index > 0 ? tokens[index - 1].text : ""
      switch tokens[index].text {
      case "func", "subscript": return swiftFunction(at: index, named: index + 1)
      case "init" where previous != ".": return swiftFunction(at: index, named: index)
      case "deinit": return property(at: index)
      case "var" where previous != ".": return property(at: index)
      default: return nil
      }
    }
  }

  private func swiftFunction(at index: Int, named name: Int) -> FunctionShape? {
    guard let open = tokens[index...].firstIndex(where: { $0.text == "(" }),
      tokens[index..<open].allSatisfy({ $0.text != "{" && $0.text != "}" }), let close = end(of: open)
    else { return nil }
    var next = close + 1
    while next < tokens.count {
      if tokens[next].text == "{" { break }
      if tokens[next].text == "}" || Self.declarations.contains(tokens[next].text) { next = tokens.count }
      guard next < tokens.count, tokens[next].text == "(", let skipped = end(of: next) else {
        next += 1
        continue
      }
      next = skipped + 1
    }
    return shape(name: tokens[name].text, from: index, parameters: open..<close, brace: next)
  }

  /// A computed property, or a stored one with observers: its brace stands on the line of its last other token.
  private func property(at index: Int) -> FunctionShape? {
    var next = index + 1
    while next < tokens.count, tokens[next].text != "{" {
      let ends = tokens[next].text == "=" || tokens[next].text == "}" || tokens[next].line > tokens[next - 1].line
      if ends { return nil }
      next += 1
    }
    let name = tokens[index].text == "deinit" ? "deinit" : tokens[index + 1].text
    return shape(name: name, from: index, parameters: index..<index, brace: next)
  }

  func cFunctions() -> [FunctionShape] {
    var shapes: [FunctionShape] = []
    var index = 0
    while index < tokens.count {
      defer { index += 1 }
      guard tokens[index].text == "{", let close = end(of: index) else { continue }
      if index > 0, tokens[index - 1].text == ")", let open = start(of: index - 1), open > 0,
        let function = shape(name: tokens[open - 1].text, from: open - 1, parameters: open..<index - 1, brace: index)
      {
        shapes.append(function)
      }
      index = close
    }
    return shapes
  }

  private func shape(name: String, from first: Int, parameters: Range<Int>, brace: Int) -> FunctionShape? {
    let close = brace < tokens.count ? end(of: brace) : nil
    let last = close ?? (parameters.isEmpty ? first : parameters.upperBound)
    return FunctionShape(
      name: name, firstLine: tokens[first].line, lastLine: tokens[last].line,
      parameters: split(parameters), body: close.map { Array(tokens[brace + 1..<$0]) } ?? [])
  }

  /// The parameters between the opening bracket (the range's start) and the closing one (its end).
  private func split(_ range: Range<Int>) -> [[Token]] {
    guard !range.isEmpty else { return [] }
    var depth = 0
    var parameters: [[Token]] = [[]]
    for token in tokens[range.dropFirst()] {
      if "([{<".contains(token.text) { depth += 1 }
      if ")]}>".contains(token.text) { depth -= 1 }
      if token.text == "," && depth == 0 {
        parameters.append([])
      } else {
        parameters[parameters.count - 1].append(token)
      }
    }
    return parameters.filter { !$0.isEmpty && !($0.count == 1 && $0[0].text == "void") }
  }

  /// The bracket that closes the one at an index.
  private func end(of open: Int) -> Int? {
    var depth = 0
    for index in open..<tokens.count {
      if ["(", "[", "{"].contains(tokens[index].text) { depth += 1 }
      if [")", "]", "}"].contains(tokens[index].text) { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  /// The parenthesis that opens the one closing at an index.
  private func start(of close: Int) -> Int? {
    var depth = 0
    for index in stride(from: close, through: 0, by: -1) {
      if tokens[index].text == ")" { depth += 1 }
      if tokens[index].text == "(" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }
}
