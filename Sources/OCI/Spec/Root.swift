// The root filesystem of a container.

/// The root filesystem of a container.
public struct Root: JSONObject, Equatable, Sendable {
  /// Absolute, or relative to the bundle.
  public var path: String = ""
  /// Whether the container sees it read-only.
  public var readonly: Bool = false

  public init() {}

  public init(path: String, readonly: Bool = false) {
    self.path = path
    self.readonly = readonly
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("path", &path, .always)
    try json.field("readonly", &readonly)
  }
}
