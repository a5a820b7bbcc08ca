// The fields that a JSON coder knows: lists, objects, maps and names out of a fixed set.

extension JSONCoder {
  public func field(_ name: String, _ value: inout [String], _ presence: Presence = .optional) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, presence) else { return }
      value = []
      for element in try elements(node) { value.append(try string(element)) }
      return
    }
    guard presence != .optional || !value.isEmpty else { return }
    writer.name(name)
    writer.beginList()
    for text in value { writer.string(text) }
    writer.endList()
  }

  /// Absent differs from empty.
  public func field(_ name: String, _ value: inout [String]?) throws(SpecError) {
    guard isWriting ? value != nil : isPresent(name) else { return }
    var texts = value ?? []
    try field(name, &texts, .always)
    value = texts
  }

  public func field(_ name: String, _ value: inout [UInt32]) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional) else { return }
      value = []
      for element in try elements(node) {
        value.append(UInt32(truncatingIfNeeded: try integer(element, 0, UInt64(UInt32.max))))
      }
      return
    }
    guard !value.isEmpty else { return }
    writer.name(name)
    writer.beginList()
    for number in value { writer.literal(String(UInt64(number))) }
    writer.endList()
  }

  /// An object that turns out empty is left out, unless it is to be written always.
  public func field<T: JSONObject>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    guard isWriting else {
      if let node = try node(name, presence) { try read(&value, at: node) }
      return
    }
    let mark = writer.mark
    writer.name(name)
    writer.beginObject()
    try value.fields(self)
    if writer.isFirst, presence == .optional { writer.takeBack(to: mark) } else { writer.endObject() }
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout T?) throws(SpecError) {
    guard isWriting ? value != nil : isPresent(name) else { return }
    var object = value ?? T()
    try field(name, &object, .always)
    value = object
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout [T]) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional) else { return }
      value = []
      for element in try elements(node) {
        var object = T()
        try read(&object, at: element)
        value.append(object)
      }
      return
    }
    guard !value.isEmpty else { return }
    writer.name(name)
    writer.beginList()
    for object in value { write(object) }
    writer.endList()
  }

  public func field(_ name: String, _ value: inout OrderedMap<String>) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional) else { return }
      value = OrderedMap()
      for member in try members(node) {
        value.entries.append(OrderedMap.Entry(key: member.name, value: try string(member.value)))
      }
      return
    }
    guard !value.isEmpty else { return }
    writer.name(name)
    writer.beginObject()
    for entry in value.entries {
      writer.name(entry.key)
      writer.string(entry.value)
    }
    writer.endObject()
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout OrderedMap<T>) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional) else { return }
      value = OrderedMap()
      for member in try members(node) {
        var object = T()
        try read(&object, at: member.value)
        value.entries.append(OrderedMap.Entry(key: member.name, value: object))
      }
      return
    }
    guard !value.isEmpty else { return }
    writer.name(name)
    writer.beginObject()
    for entry in value.entries {
      writer.name(entry.key)
      write(entry.value)
    }
    writer.endObject()
  }
}

extension JSONCoder {
  /// Of an optional field the first case is the default, which is left out.
  public func field<T: NamedValue>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    guard isWriting else {
      if let node = try node(name, presence) { value = try named(node) }
      return
    }
    guard presence != .optional || value != T.allCases.first else { return }
    writer.name(name)
    writer.string(value.rawValue)
  }

  /// An empty string counts as absent, as in Go.
  public func field<T: NamedValue>(_ name: String, _ value: inout T?) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional), !(try string(node)).isEmpty else { return }
      value = try named(node)
      return
    }
    guard let value else { return }
    writer.name(name)
    writer.string(value.rawValue)
  }

  public func field<T: NamedValue>(_ name: String, _ value: inout [T]) throws(SpecError) {
    var list: [T]? = value
    if isWriting, value.isEmpty { return }
    try field(name, &list)
    value = list ?? []
  }

  /// Absent differs from empty.
  public func field<T: NamedValue>(_ name: String, _ value: inout [T]?) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, .optional) else { return }
      var list: [T] = []
      for element in try elements(node) { list.append(try named(element)) }
      value = list
      return
    }
    guard let value else { return }
    writer.name(name)
    writer.beginList()
    for element in value { writer.string(element.rawValue) }
    writer.endList()
  }

  private func named<T: NamedValue>(_ node: Int) throws(SpecError) -> T {
    let name = try string(node)
    guard let value = T(rawValue: name) else { throw refusal(T.refusal(of: name), node) }
    return value
  }
}
