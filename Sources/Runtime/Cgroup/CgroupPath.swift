// Paths of cgroups, cleaned by their text alone.

/// A path of a cgroup, cleaned by its text alone: no empty part, no `.`, no `..`.
struct CgroupPath: Equatable {
  let isAbsolute: Bool
  /// What is left of the parts; `..` at the top stays at the top.
  let components: [String]
  /// Whether a `..` led above the top.
  let escapes: Bool

  init(_ text: String) {
    var components: [String] = []
    var escapes = false
    for part in text.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        if components.popLast() == nil { escapes = true }
        continue
      }
      components.append(String(Substring(part)))
    }
    isAbsolute = text.utf8.first == UInt8(ascii: "/")
    self.components = components
    self.escapes = escapes
  }

  /// Relative to the top, without a leading slash.
  var relative: String { components.joined(separator: "/") }
}
