// Reads or writes the fields of JSON objects.

/// Reads or writes the fields of JSON objects, whichever of the two it was made for: one list of fields serves both.
public final class JSONCoder {
  /// What an absent or empty field means.
  public enum Presence: Sendable {
    /// Reading leaves the value as it is, writing leaves the field out.
    case optional
    /// Reading leaves the value as it is, writing writes it nevertheless.
    case always
    /// Reading refuses, writing writes it nevertheless.
    case required
  }

  private let document: JSONDocument
  /// The object whose fields are being read.
  private var object = 0
  let isWriting: Bool
  var writer: JSONWriter

  init(reading document: JSONDocument) {
    self.document = document
    isWriting = false
    writer = JSONWriter()
  }

  init(writing layout: JSONLayout) {
    document = JSONDocument(bytes: [])
    isWriting = true
    writer = JSONWriter(layout)
  }

  /// The node of a field, nil when it is absent or null.
  private func node(_ name: String) -> Int? {
    guard let node = document.member(name, of: object), document.nodes[node].kind != .null else { return nil }
    return node
  }

  func isPresent(_ name: String) -> Bool { node(name) != nil }

  func node(_ name: String, _ presence: Presence) throws(SpecError) -> Int? {
    if let node = node(name) { return node }
    guard presence == .required else { return nil }
    var missing = document.error("is missing", at: object)
    missing.path += missing.path.isEmpty ? name : "." + name
    throw missing
  }

  func string(_ node: Int) throws(SpecError) -> String {
    switch document.nodes[node].kind {
    case .string, .escapedString: return document.string(node)
    // The kernel would take the part before the NUL for the whole.
    case .stringWithNUL: throw document.error("holds a NUL byte", at: node)
    default: throw mismatch("a string", node)
    }
  }

  func boolean(_ node: Int) throws(SpecError) -> Bool {
    switch document.nodes[node].kind {
    case .yes: return true
    case .no: return false
    default: throw mismatch("true or false", node)
    }
  }

  /// The two's complement of an integer within the bounds; `1.0` and `1e3` are no integers, as in Go.
  func integer(_ node: Int, _ lowest: Int64, _ highest: UInt64) throws(SpecError) -> UInt64 {
    let place = document.nodes[node]
    guard place.kind == .integer else { throw mismatch("an integer", node) }
    let isNegative = document.bytes[Int(place.start)] == UInt8(ascii: "-")
    let limit = isNegative ? lowest.magnitude : highest
    var magnitude: UInt64 = 0
    for byte in document.bytes[Int(place.start) + (isNegative ? 1 : 0)..<Int(place.end)] {
      let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      guard !overflow, !carry, sum <= limit else { throw mismatch("a number from \(lowest) to \(highest)", node) }
      magnitude = sum
    }
    return isNegative ? 0 &- magnitude : magnitude
  }

  func read<T: JSONObject>(_ value: inout T, at node: Int) throws(SpecError) {
    let outer = object
    object = node
    try expectObject()
    try value.fields(self)
    object = outer
  }

  func expectObject() throws(SpecError) {
    if document.nodes[object].kind != .object { throw mismatch("an object", object) }
  }

  /// The elements of a list.
  func elements(_ node: Int) throws(SpecError) -> [Int] {
    guard document.nodes[node].kind == .list else { throw mismatch("a list", node) }
    var elements: [Int] = []
    var element = node + 1
    while element < document.following(node) {
      elements.append(element)
      element = document.following(element)
    }
    return elements
  }

  /// The names and the values of an object, each name once with its last value, in the order of the document.
  func members(_ node: Int) throws(SpecError) -> [(name: String, value: Int)] {
    guard document.nodes[node].kind == .object else { throw mismatch("an object", node) }
    var members: [(name: String, value: Int)] = []
    var key = node + 1
    while key < document.following(node) {
      members.append((try string(key), key + 1))
      key = document.following(key + 1)
    }
    var order = [Int](members.indices)
    order.sort { left, right in
      let (one, other) = (members[left].name.utf8, members[right].name.utf8)
      if one.lexicographicallyPrecedes(other) { return true }
      return left < right && one.elementsEqual(other)
    }
    for index in order.indices.dropLast() where sameBytes(members[order[index]].name, members[order[index + 1]].name) {
      members[order[index]].value = -1
    }
    members.removeAll { $0.value < 0 }
    return members
  }

  func mismatch(_ expected: String, _ node: Int) -> SpecError {
    document.error("expected \(expected), found \(document.found(node))", at: node)
  }

  func refusal(_ reason: String, _ node: Int) -> SpecError {
    document.error(reason, at: node)
  }

  func write<T: JSONObject>(_ value: T) {
    var copy = value
    writer.beginObject()
    // Only reading refuses anything.
    do { try copy.fields(self) } catch {}
    writer.endObject()
  }
}
