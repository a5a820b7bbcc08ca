// Where in a JSON document something is wrong.

extension JSONDocument {
  /// An error at a node.
  func error(_ reason: String, at node: Int) -> SpecError {
    // The quotation mark belongs to the string, but not to its node.
    let isString = nodes[node].kind.rawValue >= JSONNode.Kind.string.rawValue && !isContainer(node)
    return error(reason, path: path(to: node), offset: Int(nodes[node].start) - (isString ? 1 : 0))
  }

  /// An error at a byte: line and column are counted only now, which keeps reading fast.
  func error(_ reason: String, path: String, offset: Int) -> SpecError {
    var line = 1
    var column = 1
    for byte in bytes[..<min(offset, bytes.count)] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xc0 != 0x80 {
        column += 1
      }
    }
    return SpecError(path, reason, line: line, column: column)
  }

  /// The path to a node, found by descending from the root; it works on a document that is not read to its end.
  func path(to target: Int) -> String {
    var path = ""
    var node = 0
    while node < target, isContainer(node) {
      node = nodes[node].kind == .object ? enterObject(node, target, &path) : enterList(node, target, &path)
    }
    return path
  }

  private func isContainer(_ node: Int) -> Bool {
    nodes[node].kind == .object || nodes[node].kind == .list
  }

  private func enterObject(_ object: Int, _ target: Int, _ path: inout String) -> Int {
    var key = object + 1
    while key + 1 < nodes.count, following(key + 1) <= target { key = following(key + 1) }
    guard key < nodes.count else { return target }
    path = sentence("%%%", path, path.isEmpty ? "" : ".", plainName(string(key)))
    return target == key ? key : key + 1
  }

  private func enterList(_ list: Int, _ target: Int, _ path: inout String) -> Int {
    var element = list + 1
    var index = 0
    while following(element) <= target {
      element = following(element)
      index += 1
    }
    path = sentence("%[%]", path, String(index))
    return element
  }

  /// A name as it stands, but quoted when it holds more than letters and the usual signs.
  private func plainName(_ name: String) -> String {
    let bytes = name.utf8.span
    for index in bytes.indices where bytes[index] >= 0x80 { return quoted(name) }
    return holdsSpace(name) || holds(name, anyOf: "\"") ? quoted(name) : name
  }

  /// What stands at a node, for a message.
  func found(_ node: Int) -> String {
    switch nodes[node].kind {
    case .object: return "an object"
    case .list: return "a list"
    case .string, .escapedString, .stringWithNUL: return quoted(abridged(string(node)))
    default: return abridged(decoded(bytes[Int(nodes[node].start)..<Int(nodes[node].end)]))
    }
  }

  /// At most 40 bytes of a text, cut between characters.
  private func abridged(_ text: String) -> String {
    var bytes = [UInt8](text.utf8)
    guard bytes.count > 40 else { return text }
    var count = 40
    while bytes[count] & 0xc0 == 0x80 { count -= 1 }
    bytes.removeLast(bytes.count - count)
    return sentence("%...", decoded(bytes[...]))
  }
}
