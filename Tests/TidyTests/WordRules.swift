// The rules on words, names and imports.

extension SourceText {
  func importFindings() -> [Finding] {
    guard language == .swift, let folder = folderOfSources else { return [] }
    guard let allowed = ImportTable.allowed[folder] else {
      return [finding(0, "the folder '\(folder)' is not in the import table")]
    }
    return tokensByLine().compactMap { number, tokens in
      guard let module = ImportTable.module(in: tokens), !allowed.contains(module) else { return nil }
      return finding(number, "'\(folder)' may not import '\(module)'")
    }
  }

  func unsafePlaceFindings() -> [Finding] {
    guard language == .swift, let folder = folderOfSources, !ImportTable.unsafeFolders.contains(folder)
    else { return [] }
    return wordFindings(["unsafe"]) { "'\($0)' belongs to Sources/Linux" }
  }

  func forcedTryFindings() -> [Finding] {
    guard language == .swift else { return [] }
    return code.enumerated().compactMap { number, line in
      line.utf8.contains(mark) && line.contains(/\btry!/)
        ? finding(number, "a forced try: throw, or handle the error") : nil
    }
  }

  /// A forced unwrap or cast in Sources needs a comment with the invariant on its line or at most three lines before.
  func forcedUnwrapFindings() -> [Finding] {
    guard language == .swift, folderOfSources != nil else { return [] }
    return code.enumerated().compactMap { number, line in
      guard line.utf8.contains(mark), line.contains(/[\w)\]]!(?!=)/), !line.contains("try!") else { return nil }
      let explained = comments[max(0, number - 3)...number].contains { $0.contains("//") }
      return explained ? nil : finding(number, "a forced unwrap without the invariant that makes it right")
    }
  }

  func bareFatalErrorFindings() -> [Finding] {
    guard language == .swift else { return [] }
    return code.enumerated().compactMap { number, line in
      guard line.utf8.contains(UInt8(ascii: "(")) else { return nil }
      let bare = line.contains(/\bfatalError\(\s*\)/) || lines[number].contains(/^[^"]*\bfatalError\("\s*"/)
      return bare ? finding(number, "fatalError without a reason") : nil
    }
  }

  /// A mark for later work names its issue or reason in parentheses.
  func unexplainedToDoFindings() -> [Finding] {
    comments.enumerated().compactMap { number, line in
      guard line.utf8.contains(UInt8(ascii: "O")) || line.utf8.contains(UInt8(ascii: "X")),
        line.contains(/\b(TODO|FIXME|XXX)\b(?!\([^)]{2,}\))/)
      else { return nil }
      return finding(number, "a mark for later work without its reason in parentheses")
    }
  }

  /// Names that say nothing about what a file or folder holds.
  func emptyNameFindings() -> [Finding] {
    let banned: Set = ["util", "utils", "utilities", "helper", "helpers", "manager", "common", "misc"]
    return components.compactMap { component in
      let words = component.replacing(/([a-z0-9])([A-Z])/) { "\($0.1) \($0.2)" }.lowercased()
        .split { !$0.isLetter && !$0.isNumber }
      guard let word = words.first(where: { banned.contains(String($0)) }) else { return nil }
      return finding(0, "'\(component)': the word '\(word)' does not say what is inside")
    }
  }

  /// C shims are single calls: they neither print nor allocate.
  func shimCallFindings() -> [Finding] {
    guard language == .c, folderOfSources == "CShims" else { return [] }
    let printing = ["printf", "fprintf", "dprintf", "sprintf", "snprintf", "vprintf", "vfprintf", "puts", "perror"]
    let allocating = ["malloc", "calloc", "realloc", "free", "strdup", "asprintf", "abort", "exit"]
    let banned = Set(printing + allocating)
    return zip(tokens, tokens.dropFirst()).compactMap { word, next in
      guard banned.contains(word.text), next.text == "(" else { return nil }
      return finding(word.line, "a shim may not call '\(word.text)'")
    }
  }

  /// Paths of the machine that something was written on.
  func machinePathFindings() -> [Finding] {
    lines.enumerated().compactMap { number, line in
      guard line.utf8.contains(UInt8(ascii: "/")),
        line.contains(/(^|[\s"'`=:(])\/(work|opt\/swift|tmp\/ref|tmp\/w|home\/\w+)\//)
      else { return nil }
      return finding(number, "a path of one machine")
    }
  }

  /// What the lines with something forced hold; a regular expression on each line would take the most of the time.
  private var mark: UInt8 { UInt8(ascii: "!") }

  /// The folder right below Sources, nil elsewhere.
  private var folderOfSources: String? {
    components.count > 2 && components[0] == "Sources" ? components[1] : nil
  }

  private func tokensByLine() -> [(Int, [Token])] {
    Dictionary(grouping: tokens, by: \.line).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func wordFindings(_ words: Set<String>, problem: (String) -> String) -> [Finding] {
    tokens.filter { words.contains($0.text) }.map { finding($0.line, problem($0.text)) }
  }
}
