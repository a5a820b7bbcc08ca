// A network device that moves into the container.

/// A network device that moves into the container.
public struct NetDevice: JSONObject, Equatable, Sendable {
  /// Its name there, empty for the one it has; may end in `%d`.
  public var name: String = ""

  public init() {}

  public init(name: String = "") {
    self.name = name
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("name", &name)
  }
}
