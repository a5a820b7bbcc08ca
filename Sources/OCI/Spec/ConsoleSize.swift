// The size of a terminal.

/// The size of a terminal in characters.
public struct ConsoleSize: JSONObject, Equatable, Sendable {
  public var height: UInt32 = 0
  public var width: UInt32 = 0

  public init() {}

  public init(height: UInt32, width: UInt32) {
    self.height = height
    self.width = width
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("height", &height, .required)
    try json.field("width", &width, .required)
  }
}
