// A place in a manifest, read field by field.

internal import Yams

/// A mapping of a manifest, read field by field. What nobody has read at the end is refused: a manifest says nothing in
/// vain.
final class ManifestNode {
  let path: String
  private let fields: [(name: String, value: Node)]
  private var read: Set<String> = []

  init(_ node: Node, _ path: String) throws(ManifestError) {
    guard case .mapping(let mapping) = node else { throw ManifestError(path, "expected a mapping") }
    var fields: [(name: String, value: Node)] = []
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else { throw ManifestError(path, "a name of a field is no text") }
      fields.append((scalar.string, value))
    }
    self.path = path
    self.fields = fields
  }

  func place(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// The value of a field; nil when it is absent or null.
  private func node(_ name: String) -> Node? {
    read.insert(name)
    guard let value = fields.last(where: { $0.name == name })?.value else { return nil }
    if case .scalar(let scalar) = value, scalar.style == .plain,
      ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    {
      return nil
    }
    return value
  }

  /// Passes over fields that mean nothing to a node without a cluster.
  func pass(_ names: String...) { read.formUnion(names) }

  /// Refuses what has not been read.
  func finish() throws(ManifestError) {
    for field in fields where !read.contains(field.name) {
      throw ManifestError(place(field.name), "is not supported")
    }
  }

  func text(_ name: String) throws(ManifestError) -> String? {
    guard let node = node(name) else { return nil }
    return try Self.quotedText(node, place(name))
  }

  /// A text in which a number stands for itself, as in quantities and ports.
  func loose(_ name: String) throws(ManifestError) -> String? {
    guard let node = node(name) else { return nil }
    guard case .scalar(let scalar) = node else { throw ManifestError(place(name), "expected a text or a number") }
    return scalar.string
  }

  func required(_ name: String) throws(ManifestError) -> String {
    guard let text = try text(name), !text.isEmpty else { throw ManifestError(place(name), "is missing") }
    return text
  }

  func flag(_ name: String) throws(ManifestError) -> Bool? {
    guard let node = node(name) else { return nil }
    guard case .scalar(let scalar) = node, scalar.style == .plain, let value = node.bool else {
      throw ManifestError(place(name), "expected true or false")
    }
    return value
  }

  func integer(_ name: String, in range: ClosedRange<Int64>) throws(ManifestError) -> Int64? {
    guard let node = node(name) else { return nil }
    guard case .scalar(let scalar) = node, scalar.style == .plain, let value = Int64(scalar.string),
      range.contains(value)
    else { throw ManifestError(place(name), "expected a number from \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  func texts(_ name: String) throws(ManifestError) -> [String]? {
    guard let scalars = try scalars(name) else { return nil }
    var list: [String] = []
    for (index, node) in scalars.enumerated() {
      list.append(try Self.quotedText(node, "\(place(name))[\(index)]"))
    }
    return list
  }

  /// Texts in which numbers stand for themselves.
  func looseTexts(_ name: String) throws(ManifestError) -> [String]? {
    try scalars(name)?.compactMap { $0.scalar?.string }
  }

  private func scalars(_ name: String) throws(ManifestError) -> [Node]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { throw ManifestError(place(name), "expected a list") }
    for (index, element) in sequence.enumerated() where element.scalar == nil {
      throw ManifestError("\(place(name))[\(index)]", "expected a text")
    }
    return Array(sequence)
  }

  /// 1, true and 1.5 without quotes are no texts: YAML would lose what they looked like.
  private static func quotedText(_ node: Node, _ place: String) throws(ManifestError) -> String {
    guard let scalar = node.scalar else { throw ManifestError(place, "expected a text") }
    if scalar.style == .plain, node.bool != nil || node.int != nil || node.float != nil {
      throw ManifestError(place, "expected a text, found \(scalar.string); put it in quotes")
    }
    return scalar.string
  }

  /// Names and texts, sorted by name.
  func textMap(_ name: String) throws(ManifestError) -> [(name: String, value: String)] {
    guard let map = try object(name) else { return [] }
    var list: [(name: String, value: String)] = []
    for field in map.fields { list.append((field.name, try map.text(field.name) ?? "")) }
    return list.sorted { $0.name < $1.name }
  }

  func object(_ name: String) throws(ManifestError) -> ManifestNode? {
    guard let node = node(name) else { return nil }
    return try ManifestNode(node, place(name))
  }

  func objects(_ name: String) throws(ManifestError) -> [ManifestNode] {
    guard let node = node(name) else { return [] }
    guard case .sequence(let sequence) = node else { throw ManifestError(place(name), "expected a list") }
    var list: [ManifestNode] = []
    for (index, element) in sequence.enumerated() {
      list.append(try ManifestNode(element, "\(place(name))[\(index)]"))
    }
    return list
  }

  /// One of a few words.
  func choice<T: RawRepresentable>(_ name: String, of type: T.Type) throws(ManifestError) -> T?
  where T.RawValue == String {
    guard let text = try text(name) else { return nil }
    guard let value = T(rawValue: text) else { throw ManifestError(place(name), "'\(text)' is not supported") }
    return value
  }
}
