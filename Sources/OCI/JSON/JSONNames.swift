// The fields that a JSON coder knows: names out of a fixed set.

extension JSONCoder {
  /// Of an optional field the first case is the default, which is left out. A required one must not be empty.
  public func field<T: NamedValue>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    var index: UInt8? = presence == .optional && value.rawValue == 0 ? nil : value.rawValue
    if !isWriting, let node = try node(name, presence), presence == .required {
      index = try named(node, T.names, T.refusal)
    } else {
      try one(name, &index, T.names, T.refusal)
    }
    if let index, let found = T(rawValue: index) { value = found }
  }

  /// An empty string counts as absent, as in Go.
  public func field<T: NamedValue>(_ name: String, _ value: inout T?) throws(SpecError) {
    var index = value?.rawValue
    try one(name, &index, T.names, T.refusal)
    if let index { value = T(rawValue: index) }
  }

  public func field<T: NamedValue>(_ name: String, _ value: inout [T]) throws(SpecError) {
    var indices: [UInt8]? = value.isEmpty ? nil : value.map { $0.rawValue }
    try several(name, &indices, T.names, T.refusal)
    if !isWriting, let indices { value = indices.compactMap { T(rawValue: $0) } }
  }

  /// Absent differs from empty.
  public func field<T: NamedValue>(_ name: String, _ value: inout [T]?) throws(SpecError) {
    var indices = value?.map { $0.rawValue }
    try several(name, &indices, T.names, T.refusal)
    if !isWriting, let indices { value = indices.compactMap { T(rawValue: $0) } }
  }

  private func one(
    _ name: String, _ index: inout UInt8?, _ names: [String], _ refusal: (before: String, after: String)
  ) throws(SpecError) {
    guard isWriting else {
      guard let node = find(name), !(try string(node)).isEmpty else { return }
      index = try named(node, names, refusal)
      return
    }
    guard let index else { return }
    writer.name(name)
    writer.string(names[Int(index)])
  }

  func several(
    _ name: String, _ indices: inout [UInt8]?, _ names: [String], _ refusal: (before: String, after: String)
  ) throws(SpecError) {
    guard isWriting else {
      guard let count = try enterList(name, 0) else { return }
      var found: [UInt8] = []
      for _ in 0..<count {
        found.append(try named(current, names, refusal))
        advance()
      }
      leaveList()
      indices = found
      return
    }
    guard let indices else { return }
    writer.name(name)
    writer.beginList()
    for index in indices { writer.string(names[Int(index)]) }
    writer.endList()
  }

  private func named(
    _ node: Int, _ names: [String], _ refusal: (before: String, after: String)
  ) throws(SpecError) -> UInt8 {
    let name = try string(node)
    if let index = indexOfName(name, in: names) { return index }
    throw document.error(sentence("%%%", refusal.before, quoted(name), refusal.after), at: node)
  }
}
