// What a runtime can do with cgroups.

extension Features {
  /// What a runtime can do with cgroups.
  public struct Cgroup: JSONObject, Equatable, Sendable {
    public var v1: Bool?
    public var v2: Bool?
    /// By asking systemd.
    public var systemd: Bool?
    /// By asking a user's systemd.
    public var systemdUser: Bool?
    public var rdma: Bool?

    public init() {}

    public init(v1: Bool? = nil, v2: Bool? = nil, systemd: Bool? = nil, systemdUser: Bool? = nil, rdma: Bool? = nil) {
      self.v1 = v1
      self.v2 = v2
      self.systemd = systemd
      self.systemdUser = systemdUser
      self.rdma = rdma
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("v1", &v1)
      try json.field("v2", &v2)
      try json.field("systemd", &systemd)
      try json.field("systemdUser", &systemdUser)
      try json.field("rdma", &rdma)
    }
  }
}
