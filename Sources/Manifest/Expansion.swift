// Variables in words of a container's command.

extension PodManifest.Container {
  /// A text with `$(NAME)` replaced by the value of a variable of the container; `$$` stands for one `$`, and what
  /// names no variable stays as it is (as Kubernetes has it).
  /// - Parameter name: only variables that are named before this one are known; nil for all.
  public func expanded(_ text: String, before name: String? = nil) -> String {
    guard text.contains("$") else { return text }
    var known: [String: String] = [:]
    for pair in environment {
      if pair.name == name { break }
      known[pair.name] = expanded(pair.value, before: pair.name)
    }
    var (result, rest) = ("", text[...])
    while let sign = rest.firstIndex(of: "$") {
      result += rest[..<sign]
      rest = rest[rest.index(after: sign)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "(", let end = rest.firstIndex(of: ")"),
        let value = known[String(rest[..<end].dropFirst())]
      {
        result += value
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
      }
    }
    return result + rest
  }
}
