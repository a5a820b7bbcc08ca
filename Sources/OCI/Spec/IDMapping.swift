// One range of a user namespace mapping.

/// One range of ids: `size` ids from `containerID` on are those of the host from `hostID` on.
public struct IDMapping: JSONObject, Equatable, Sendable {
  public var containerID: UInt32 = 0
  public var hostID: UInt32 = 0
  public var size: UInt32 = 0

  public init() {}

  public init(containerID: UInt32, hostID: UInt32, size: UInt32) {
    self.containerID = containerID
    self.hostID = hostID
    self.size = size
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("containerID", &containerID, .required)
    try json.field("hostID", &hostID, .required)
    try json.field("size", &size, .required)
  }
}
