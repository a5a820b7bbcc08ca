// One device access rule.

/// One device access rule of the cgroup (cgroup-v1 devices.rst).
public struct DeviceRule: JSONObject, Equatable, Sendable {
  public var allow: Bool = false
  public var kind: Kind = .all
  /// Absent or -1 means any.
  public var major: Int64?
  /// Absent or -1 means any.
  public var minor: Int64?
  public var access: DeviceAccess = []

  public init() {}

  public init(allow: Bool, kind: Kind = .all, major: Int64? = nil, minor: Int64? = nil, access: DeviceAccess) {
    self.allow = allow
    self.kind = kind
    self.major = major
    self.minor = minor
    self.access = access
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("allow", &allow, .always)
    try json.field("type", &kind)
    try json.field("major", &major)
    try json.field("minor", &minor)
    try json.field("access", &access)
  }
}
