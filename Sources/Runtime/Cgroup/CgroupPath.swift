// Paths of cgroups, cleaned by their text alone.

/// A path of a cgroup, cleaned by its text alone: no empty part, no `.`, no `..`.
struct CgroupPath {
  /// Relative to the top, without a leading slash.
  let relative: String
  let isAbsolute: Bool
  /// Whether a `..` led above the top, where it then stayed.
  let escapes: Bool

  @inline(never)
  init(_ text: String) {
    let slash = UInt8(ascii: "/")
    var rest = [UInt8](text.utf8)[...]
    var cleaned: [UInt8] = []
    var escapes = false
    isAbsolute = rest.first == slash
    while let part = rest.takeField(slash) {
      if part.isEmpty || part.isText(".") { continue }
      if part.isText("..") {
        if cleaned.isEmpty { escapes = true }
        cleaned.removeSubrange((cleaned.lastIndex(of: slash) ?? 0)...)
        continue
      }
      if !cleaned.isEmpty { cleaned.append(slash) }
      cleaned.append(contentsOf: part)
    }
    self.escapes = escapes
    relative = ContainerRuntime.text(cleaned[...])
  }

  /// The clean paths above a clean one, from the top.
  @inline(never)
  static func parents(of path: String) -> [String] {
    var parents: [String] = []
    let bytes = [UInt8](path.utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "/") {
      parents.append(ContainerRuntime.text(bytes[..<index]))
    }
    return parents
  }

  /// One clean path below another; either may be empty.
  @inline(never)
  static func joined(_ parent: String, _ path: String) -> String {
    parent.isEmpty ? path : path.isEmpty ? parent : parent + "/" + path
  }
}
