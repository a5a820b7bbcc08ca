// The fields that a JSON coder knows: lists, objects and maps.

extension JSONCoder {
  public func field(_ name: String, _ value: inout [String], _ presence: Presence = .optional) throws(SpecError) {
    if isWriting, value.isEmpty, presence != .optional {
      writer.name(name)
      writer.beginList()
      return writer.endList()
    }
    guard let count = try enterList(name, value.count) else { return }
    if !isWriting { value = [] }
    for index in 0..<count {
      if isWriting {
        writer.string(value[index])
      } else {
        value.append(try string(current))
        advance()
      }
    }
    leaveList()
  }

  /// Absent differs from empty.
  public func field(_ name: String, _ value: inout [String]?) throws(SpecError) {
    guard concerns(name, isAbsent: value == nil) else { return }
    var texts = value ?? []
    try field(name, &texts, .always)
    value = texts
  }

  public func field(_ name: String, _ value: inout [UInt32]) throws(SpecError) {
    guard let count = try enterList(name, value.count) else { return }
    if !isWriting { value = [] }
    for index in 0..<count {
      if isWriting {
        writer.integer(UInt64(value[index]))
      } else {
        value.append(UInt32(truncatingIfNeeded: try integer(current, 0, UInt64(UInt32.max))))
        advance()
      }
    }
    leaveList()
  }

  /// An object that turns out empty is left out, unless it is to be written always.
  public func field<T: JSONObject>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    guard try enterObject(name, presence) else { return }
    try value.fields(self)
    leaveObject(presence)
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout T?) throws(SpecError) {
    guard concerns(name, isAbsent: value == nil), try enterObject(name, .always) else { return }
    if !isWriting { value = T() }
    try value?.fields(self)
    leaveObject(.always)
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout [T]) throws(SpecError) {
    guard let count = try enterList(name, value.count) else { return }
    if !isWriting { value = [T](repeating: T(), count: count) }
    for index in 0..<count {
      try enterElement()
      try value[index].fields(self)
      leaveElement()
    }
    leaveList()
  }

  public func field(_ name: String, _ value: inout OrderedMap<String>) throws(SpecError) {
    guard let members = try enterMap(name, value.entries.count) else { return }
    if !isWriting { value.entries = [] }
    for index in 0..<members.count {
      if isWriting {
        writer.name(value.entries[index].key)
        writer.string(value.entries[index].value)
      } else {
        let text = try string(members[index].value)
        value.entries.append(OrderedMap.Entry(key: members[index].name, value: text))
      }
    }
    leaveMap()
  }

  public func field<T: JSONObject>(_ name: String, _ value: inout OrderedMap<T>) throws(SpecError) {
    guard let members = try enterMap(name, value.entries.count) else { return }
    if !isWriting { value.entries = [] }
    for index in 0..<members.count {
      if !isWriting { value.entries.append(OrderedMap.Entry(key: members[index].name, value: T())) }
      try enterMember(members[index], value.entries[index].key)
      try value.entries[index].value.fields(self)
      if isWriting { writer.endObject() }
    }
    leaveMap()
  }
}
