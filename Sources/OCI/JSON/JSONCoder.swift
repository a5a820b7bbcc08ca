// Reads or writes the fields of JSON objects.

/// Reads or writes the fields of JSON objects, whichever of the two it was made for: one list of fields serves both.
///
/// The generic functions are shells around plain ones, because each of them is compiled once for every type.
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

  let document: JSONDocument
  /// The object whose fields are being read; in a list or a map, the element that comes next.
  var current = 0
  private var outer: [Int] = []
  private var marks: [JSONWriter.Mark] = []
  let isWriting: Bool
  /// Which nodes are values of fields that were asked for; empty unless that is noted.
  var met: [Bool] = []
  /// Whether `linux.seccomp` is passed over.
  var leavesOutFilter = false
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

  /// Whether there is anything to read or to write.
  @inline(never)
  func concerns(_ name: String, isAbsent: Bool) -> Bool {
    isWriting ? !isAbsent : find(name) != nil
  }

  /// Begins the object of a field; false when it is absent.
  func enterObject(_ name: String, _ presence: Presence) throws(SpecError) -> Bool {
    if isWriting {
      marks.append(writer.mark)
      writer.name(name)
      writer.beginObject()
    } else {
      guard let node = try node(name, presence) else { return false }
      outer.append(current)
      current = node
      try expectObject()
    }
    return true
  }

  /// Ends it; an object that turned out empty is left out, unless it is to be written always.
  @inline(never)
  func leaveObject(_ presence: Presence) {
    if !isWriting {
      current = outer.removeLast()
    } else if let mark = marks.popLast(), writer.isFirst, presence == .optional {
      writer.takeBack(to: mark)
    } else {
      writer.endObject()
    }
  }

  /// Begins the list of a field, which has `count` elements when it is written; nil when it is absent or empty.
  func enterList(_ name: String, _ count: Int) throws(SpecError) -> Int? {
    if isWriting {
      guard count > 0 else { return nil }
      writer.name(name)
      writer.beginList()
      return count
    }
    guard let node = try node(name, .optional) else { return nil }
    guard document.nodes[node].kind == .list else { throw mismatch("a list", node) }
    outer.append(current)
    current = node + 1
    return document.countOfElements(node)
  }

  /// Begins the list that the document is; returns how many elements it has.
  func enterOuterList() throws(SpecError) -> Int {
    if document.nodes[0].kind != .list { throw mismatch("a list", 0) }
    current = 1
    return document.countOfElements(0)
  }

  @inline(never)
  func leaveList() {
    if isWriting { writer.endList() } else { current = outer.removeLast() }
  }

  /// Moves to the next element of a list.
  @inline(never)
  func advance() { current = document.following(current) }

  @inline(never)
  func enterElement() throws(SpecError) {
    if isWriting { writer.beginObject() } else { try expectObject() }
  }

  /// Ends an element of a list and moves to the next one.
  @inline(never)
  func leaveElement() {
    if isWriting { writer.endObject() } else { advance() }
  }

  func expectObject() throws(SpecError) {
    if document.nodes[current].kind != .object { throw mismatch("an object", current) }
  }

  /// A name and the node of its value.
  typealias Member = (name: String, value: Int)

  /// Begins the object of a field whose names are data. Reading, it gives the members; writing, as many empty ones.
  func enterMap(_ name: String, _ count: Int) throws(SpecError) -> [Member]? {
    if isWriting {
      guard count > 0 else { return nil }
      writer.name(name)
      writer.beginObject()
      return [Member](repeating: ("", 0), count: count)
    }
    guard let node = try node(name, .optional) else { return nil }
    outer.append(current)
    current = node
    try expectObject()
    var members: [Member] = []
    var key = node + 1
    while key < document.following(node) {
      members.append((try string(key), key + 1))
      if !met.isEmpty { met[key + 1] = true }
      key = document.following(key + 1)
    }
    removeDuplicates(from: &members)
    return members
  }

  func enterMember(_ member: Member, _ name: String) throws(SpecError) {
    guard isWriting else {
      current = member.value
      return try expectObject()
    }
    writer.name(name)
    writer.beginObject()
  }

  @inline(never)
  func leaveMap() {
    if isWriting { writer.endObject() } else { current = outer.removeLast() }
  }

  func write<T: JSONObject>(_ value: inout T) {
    writer.beginObject()
    // Only reading refuses anything.
    do { try value.fields(self) } catch {}
    writer.endObject()
  }
}
