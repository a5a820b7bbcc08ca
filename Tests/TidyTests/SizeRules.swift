// The rules on headers and sizes.

extension SourceText {
  /// The first line says what the file holds; a tools version or an interpreter may stand before it.
  func fileHeaderFindings() -> [Finding] {
    let first = lines.first ?? ""
    let number = first.hasPrefix("#!") || first.hasPrefix("// swift-tools-version") ? 1 : 0
    let header = number < lines.count ? lines[number] : ""
    let marks = language == .script ? ["# ", "\"\"\""] : ["// "]
    let isSentence = header.hasSuffix(".") || header.split(separator: " ").count >= 4
    let says = marks.contains { header.hasPrefix($0) } && isSentence
    return says ? [] : [finding(number, "the file does not begin with a comment that says what it holds")]
  }

  func fileLengthFindings() -> [Finding] {
    guard lines.count > Limit.fileLines else { return [] }
    return [finding(Limit.fileLines, "\(lines.count) lines, at most \(Limit.fileLines) are allowed")]
  }

  func lineLengthFindings() -> [Finding] {
    lines.enumerated().compactMap { number, line in
      guard line.utf8.count > Limit.lineColumns, line.count > Limit.lineColumns else { return nil }
      return finding(number, "\(line.count) columns, at most \(Limit.lineColumns) are allowed")
    }
  }

  func functionLengthFindings() -> [Finding] {
    functions.compactMap { function in
      guard function.lineCount > Limit.functionLines else { return nil }
      let problem = "'\(function.name)' has \(function.lineCount) lines, at most \(Limit.functionLines) are allowed"
      return finding(function.firstLine, problem)
    }
  }

  /// An initialiser that does nothing but store each of its parameters may have as many as the value has fields.
  func parameterCountFindings() -> [Finding] {
    functions.compactMap { function in
      guard function.parameters.count > Limit.parameters, !function.storesItsParameters else { return nil }
      let count = function.parameters.count
      return finding(function.firstLine, "'\(function.name)' takes \(count) parameters, at most 5 are allowed")
    }
  }

  func adjacentBooleanFindings() -> [Finding] {
    functions.compactMap { function in
      let areBooleans = function.parameters.map { tokens in
        tokens.contains { $0.text == "Bool" || $0.text == "bool" } && !tokens.contains { $0.text == "->" }
      }
      guard zip(areBooleans, areBooleans.dropFirst()).contains(where: { $0 && $1 }), !function.storesItsParameters
      else { return nil }
      return finding(function.firstLine, "'\(function.name)' takes two booleans side by side: make them an option set")
    }
  }

  func finding(_ line: Int, _ problem: String) -> Finding {
    Finding(path: path, line: line, problem: problem)
  }
}

extension FunctionShape {
  /// Whether the body is a row of `self.name = name`.
  fileprivate var storesItsParameters: Bool {
    guard name == "init", body.count.isMultiple(of: 5) else { return false }
    return stride(from: 0, to: body.count, by: 5).allSatisfy { start in
      let texts = body[start..<start + 5].map(\.text)
      return texts[0...1] == ["self", "."] && texts[3] == "=" && texts[2] == texts[4]
    }
  }
}
