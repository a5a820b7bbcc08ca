// The values that a JSON coder reads, and why it refuses one.

extension JSONCoder {
  /// The node of a field, nil when it is absent or null.
  func find(_ name: String) -> Int? {
    guard let node = document.member(name, of: current) else { return nil }
    if !met.isEmpty { met[node] = true }
    return document.nodes[node].kind == .null ? nil : node
  }

  /// The same, refused when it is required.
  @inline(never)
  func node(_ name: String, _ presence: Presence) throws(SpecError) -> Int? {
    let node = find(name)
    guard node == nil, presence == .required else { return node }
    let object = document.path(to: current)
    let path = object.isEmpty ? name : sentence("%.%", object, name)
    throw document.error("is missing", path: path, offset: Int(document.nodes[current].start))
  }

  @inline(never)
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
  @inline(never)
  func integer(_ node: Int, _ lowest: Int64, _ highest: UInt64) throws(SpecError) -> UInt64 {
    let place = document.nodes[node]
    guard place.kind == .integer else { throw mismatch("an integer", node) }
    var index = Int(place.start)
    let isNegative = document.bytes[index] == UInt8(ascii: "-")
    if isNegative { index += 1 }
    // `-0` is no unsigned number, as in Go.
    let isPossible = !isNegative || lowest < 0
    let limit = isNegative ? lowest.magnitude : highest
    var magnitude: UInt64 = 0
    while index < Int(place.end) {
      let digit = UInt64(document.bytes[index] - UInt8(ascii: "0"))
      guard isPossible, digit <= limit, magnitude <= (limit - digit) / 10 else {
        throw mismatch(sentence("a number from % to %", String(lowest), String(highest)), node)
      }
      magnitude = magnitude * 10 + digit
      index += 1
    }
    return isNegative ? 0 &- magnitude : magnitude
  }

  @inline(never)
  func mismatch(_ expected: String, _ node: Int) -> SpecError {
    document.error(sentence("expected %, found %", expected, document.found(node)), at: node)
  }

  /// Keeps of members of the same name the last one, as Go does; the others stay in the order of the document.
  func removeDuplicates(from members: inout [Member]) {
    var order = [Int](members.indices)
    sort(&order) { members[$0].name }
    for index in order.indices.dropFirst() {
      let (one, other) = (order[index - 1], order[index])
      if sameBytes(members[one].name, members[other].name) { members[one].value = -1 }
    }
    members.removeAll { $0.value < 0 }
  }
}
