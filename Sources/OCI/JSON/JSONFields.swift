// The fields that a JSON coder knows: texts, truth values and numbers.

extension JSONCoder {
  public func field(_ name: String, _ value: inout String, _ presence: Presence = .optional) throws(SpecError) {
    guard isWriting else {
      if let node = try node(name, presence) { value = try string(node) }
      return
    }
    guard presence != .optional || !value.isEmpty else { return }
    writer.name(name)
    writer.string(value)
  }

  /// An empty string counts as absent, as in Go.
  public func field(_ name: String, _ value: inout String?) throws(SpecError) {
    var text = value ?? ""
    try field(name, &text)
    value = text.isEmpty ? nil : text
  }

  public func field(_ name: String, _ value: inout Bool, _ presence: Presence = .optional) throws(SpecError) {
    guard isWriting else {
      if let node = try node(name, presence) { value = try boolean(node) }
      return
    }
    guard presence != .optional || value else { return }
    writer.name(name)
    writer.boolean(value)
  }

  public func field(_ name: String, _ value: inout Bool?) throws(SpecError) {
    guard concerns(name, isAbsent: value == nil) else { return }
    var flag = value ?? false
    try field(name, &flag, .always)
    value = flag
  }

  public func field<T: FixedWidthInteger>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    var bits = UInt64(truncatingIfNeeded: value)
    try number(name, &bits, presence, Int64(T.min), UInt64(T.max))
    value = T(truncatingIfNeeded: bits)
  }

  public func field<T: FixedWidthInteger>(_ name: String, _ value: inout T?) throws(SpecError) {
    guard concerns(name, isAbsent: value == nil) else { return }
    var bits = UInt64(truncatingIfNeeded: value ?? 0)
    try number(name, &bits, .always, Int64(T.min), UInt64(T.max))
    value = T(truncatingIfNeeded: bits)
  }

  /// A number as its two's complement.
  private func number(
    _ name: String, _ bits: inout UInt64, _ presence: Presence, _ lowest: Int64, _ highest: UInt64
  ) throws(SpecError) {
    guard isWriting else {
      if let node = try node(name, presence) { bits = try integer(node, lowest, highest) }
      return
    }
    guard presence != .optional || bits != 0 else { return }
    writer.name(name)
    if lowest < 0 { writer.integer(Int64(bitPattern: bits)) } else { writer.integer(bits) }
  }

  public func field(_ name: String, _ value: inout DeviceAccess) throws(SpecError) {
    var letters = value.letters
    try field(name, &letters)
    guard !isWriting, let node = find(name) else { return }
    guard let access = DeviceAccess(letters: letters) else { throw mismatch("letters of rwm", node) }
    value = access
  }
}
