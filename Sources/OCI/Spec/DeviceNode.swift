// A device node of the container.

/// A device node which the container must find (config-linux.md, section Devices).
public struct DeviceNode: JSONObject, Equatable, Sendable {
  /// Absolute in the container, not necessarily below /dev.
  public var path: String = ""
  public var kind: DeviceKind = .character
  public var major: Int64 = 0
  public var minor: Int64 = 0
  /// Permission bits; absent means 0666.
  public var fileMode: UInt32?
  /// The owner, in the ids of the container; absent means 0, as for the group.
  public var uid: UInt32?
  public var gid: UInt32?

  public init() {}

  public init(
    path: String,
    kind: DeviceKind,
    major: Int64,
    minor: Int64,
    fileMode: UInt32? = nil,
    uid: UInt32? = nil,
    gid: UInt32? = nil
  ) {
    self.path = path
    self.kind = kind
    self.major = major
    self.minor = minor
    self.fileMode = fileMode
    self.uid = uid
    self.gid = gid
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("path", &path, .always)
    try json.field("type", &kind, .required)
    try json.field("major", &major, .always)
    try json.field("minor", &minor, .always)
    try json.field("fileMode", &fileMode)
    try json.field("uid", &uid)
    try json.field("gid", &gid)
  }
}
