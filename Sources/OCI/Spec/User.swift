// The user of a process.

/// The user and the groups of a process, as ids inside the container.
public struct User: JSONObject, Equatable, Sendable {
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0
  /// The file mode mask; absent leaves the one that is there.
  public var umask: UInt32?
  /// Supplementary groups.
  public var additionalGids: [UInt32] = []

  public init() {}

  public init(uid: UInt32 = 0, gid: UInt32 = 0, umask: UInt32? = nil, additionalGids: [UInt32] = []) {
    self.uid = uid
    self.gid = gid
    self.umask = umask
    self.additionalGids = additionalGids
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("uid", &uid, .always)
    try json.field("gid", &gid, .always)
    try json.field("umask", &umask)
    try json.field("additionalGids", &additionalGids)
  }
}
