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
    guard isWriting ? value != nil : isPresent(name) else { return }
    var flag = value ?? false
    try field(name, &flag, .always)
    value = flag
  }

  public func field<T: FixedWidthInteger>(
    _ name: String, _ value: inout T, _ presence: Presence = .optional
  ) throws(SpecError) {
    guard isWriting else {
      guard let node = try node(name, presence) else { return }
      value = T(truncatingIfNeeded: try integer(node, Int64(T.min), UInt64(T.max)))
      return
    }
    guard presence != .optional || value != 0 else { return }
    writer.name(name)
    writer.literal(decimal(value < 0, UInt64(value.magnitude)))
  }

  public func field<T: FixedWidthInteger>(_ name: String, _ value: inout T?) throws(SpecError) {
    guard isWriting ? value != nil : isPresent(name) else { return }
    var number = value ?? 0
    try field(name, &number, .always)
    value = number
  }

  public func field(_ name: String, _ value: inout DeviceAccess) throws(SpecError) {
    var letters = value.letters
    try field(name, &letters)
    guard !isWriting, let node = try node(name, .optional) else { return }
    guard let access = DeviceAccess(letters: letters) else { throw mismatch("letters of rwm", node) }
    value = access
  }

  /// One formatter for numbers of all widths.
  private func decimal(_ isNegative: Bool, _ magnitude: UInt64) -> String {
    (isNegative ? "-" : "") + String(magnitude)
  }
}
