// The fields of a document that nobody asked for.

extension JSONCoder {
  /// From now on it is noted which fields are asked for.
  func tracksFields() { met = [Bool](repeating: false, count: document.nodes.count) }

  /// The fields that were not asked for, in the order of the document.
  var unknownFields: [SpecError] {
    var found: [SpecError] = []
    addUnknownFields(of: 0, &found)
    return found
  }

  /// The parser bounds the depth.
  private func addUnknownFields(of node: Int, _ found: inout [SpecError]) {
    let isObject = document.nodes[node].kind == .object
    guard isObject || document.nodes[node].kind == .list else { return }
    var next = node + 1
    while next < document.following(node) {
      let value = isObject ? next + 1 : next
      if isObject && !met[value] {
        found.append(document.error("is no field that is known, so it is ignored", at: value))
      } else {
        addUnknownFields(of: value, &found)
      }
      next = document.following(value)
    }
  }
}
