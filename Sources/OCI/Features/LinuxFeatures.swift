// What a runtime can do on Linux.

extension Features {
  /// What a runtime can do on Linux (features-linux.md).
  public struct Linux: JSONObject, Equatable, Sendable {
    public var namespaces: [String] = NamespaceKind.sortedNames
    public var capabilities: [String] = Capability.names
    public var cgroup: Cgroup = Cgroup()
    public var seccomp: Seccomp = Seccomp()
    public var apparmor: Switch = Switch()
    public var selinux: Switch = Switch()
    public var intelRdt: IntelRDT = IntelRDT()
    public var memoryPolicy: MemoryPolicy = MemoryPolicy()
    public var mountExtensions: MountExtensions = MountExtensions()
    public var netDevices: Switch = Switch()

    public init() {}

    public init(
      namespaces: [String] = NamespaceKind.sortedNames,
      capabilities: [String] = Capability.names,
      cgroup: Cgroup = Cgroup(),
      seccomp: Seccomp = Seccomp(),
      apparmor: Switch = Switch(),
      selinux: Switch = Switch(),
      intelRdt: IntelRDT = IntelRDT(),
      memoryPolicy: MemoryPolicy = MemoryPolicy(),
      mountExtensions: MountExtensions = MountExtensions(),
      netDevices: Switch = Switch()
    ) {
      self.namespaces = namespaces
      self.capabilities = capabilities
      self.cgroup = cgroup
      self.seccomp = seccomp
      self.apparmor = apparmor
      self.selinux = selinux
      self.intelRdt = intelRdt
      self.memoryPolicy = memoryPolicy
      self.mountExtensions = mountExtensions
      self.netDevices = netDevices
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("namespaces", &namespaces)
      try json.field("capabilities", &capabilities)
      try json.field("cgroup", &cgroup)
      try json.field("seccomp", &seccomp)
      try json.field("apparmor", &apparmor)
      try json.field("selinux", &selinux)
      try json.field("intelRdt", &intelRdt)
      try json.field("memoryPolicy", &memoryPolicy)
      try json.field("mountExtensions", &mountExtensions)
      try json.field("netDevices", &netDevices)
    }
  }
}
