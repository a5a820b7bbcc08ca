// A path as the container sees it, in pieces.

internal import OCI

/// A path as the container sees it: counted from its root, cleaned by its letters alone (no `.`, `..`, double slash).
/// It serves comparisons; what a path leads to is decided by the kernel, below the root's descriptor.
public struct ContainerPath: Sendable {
  public let components: [String]

  public init(_ path: String) {
    var components: [String] = []
    for part in ContainerPath.split(path) {
      if sameBytes(part, "..") { _ = components.popLast() } else { components.append(part) }
    }
    self.components = components
  }

  /// Absolute: `/` for the root.
  public var text: String {
    if components.isEmpty { return "/" }
    return "/" + joined(components, by: "/")
  }

  public var isRoot: Bool { components.isEmpty }

  public func isSame(as path: String) -> Bool { sameBytes(text, path) }

  /// The pieces of a path without empty ones and `.`; `..` stays.
  static func split(_ path: String) -> [String] {
    var parts: [String] = []
    for part in pieces([UInt8](path.utf8)[...], { $0 == UInt8(ascii: "/") }) where !ContainerRuntime.isSame(part, ".") {
      parts.append(ContainerRuntime.text(part))
    }
    return parts
  }

  /// The same pieces, the last one first: a stack of what is still to be walked.
  static func lastFirst(_ path: String) -> [String] {
    var parts = split(path)
    var stack: [String] = []
    while let part = parts.popLast() { stack.append(part) }
    return stack
  }

  /// The paths in their order, cleaned, each once.
  public static func unique(_ paths: [String]) -> [String] {
    var list: [String] = []
    for path in paths {
      let clean = ContainerPath(path).text
      var isKnown = false
      for known in list where sameBytes(known, clean) { isKnown = true }
      if !isKnown { list.append(clean) }
    }
    return list
  }
}

extension String {
  /// By bytes: `hasPrefix` takes differently composed characters as equal, and is large.
  func startsWithBytes(of prefix: String) -> Bool { OCI.hasPrefix(self, prefix) }
}

/// A sentence about a name, which stands in it between quotes. One function for all: interpolation is much code.
@inline(never)
func sentence(_ begin: String = "", about name: String, _ end: String = "") -> String {
  begin + "\"" + name + "\"" + end
}
