// The Linux section of config.json.

/// The `linux` section of config.json (config-linux.md).
public struct LinuxSettings: JSONObject, Equatable, Sendable {
  /// The user namespace's mapping of user ids.
  public var uidMappings: [IDMapping] = []
  /// The user namespace's mapping of group ids.
  public var gidMappings: [IDMapping] = []
  /// Kernel parameters, set inside the container's namespaces.
  public var sysctl: Sysctl = Sysctl()
  /// Limits of the cgroup.
  public var resources: Resources = Resources()
  /// The cgroup: a path, or `slice:prefix:name` with the systemd driver; empty for the default.
  public var cgroupsPath: String = ""
  /// Namespaces to make or to join, each kind at most once.
  public var namespaces: [Namespace] = []
  /// Device nodes beside the default ones.
  public var devices: [DeviceNode] = []
  /// Network devices of the host, by name, which move into the container.
  public var netDevices: OrderedMap<NetDevice> = OrderedMap()
  /// The system call filter.
  public var seccomp: Seccomp?
  /// The propagation of the root mount.
  public var rootfsPropagation: RootfsPropagation?
  /// Paths which the container cannot read, absolute.
  public var maskedPaths: [String] = []
  /// Paths which the container cannot write, absolute.
  public var readonlyPaths: [String] = []
  /// The SELinux context of the mounts, empty for none.
  public var mountLabel: String = ""
  /// Cache and memory bandwidth control (resctrl).
  public var intelRdt: IntelRDT?
  /// The NUMA memory policy.
  public var memoryPolicy: MemoryPolicy?
  /// The execution domain (personality(2)).
  public var personality: Personality?
  /// Clock offsets of a new time namespace, by clock: `monotonic`, `boottime`.
  public var timeOffsets: OrderedMap<TimeOffset> = OrderedMap()

  public init() {}

  public init(
    uidMappings: [IDMapping] = [],
    gidMappings: [IDMapping] = [],
    sysctl: Sysctl = Sysctl(),
    resources: Resources = Resources(),
    cgroupsPath: String = "",
    namespaces: [Namespace] = [],
    devices: [DeviceNode] = [],
    netDevices: OrderedMap<NetDevice> = OrderedMap(),
    seccomp: Seccomp? = nil,
    rootfsPropagation: RootfsPropagation? = nil,
    maskedPaths: [String] = [],
    readonlyPaths: [String] = [],
    mountLabel: String = "",
    intelRdt: IntelRDT? = nil,
    memoryPolicy: MemoryPolicy? = nil,
    personality: Personality? = nil,
    timeOffsets: OrderedMap<TimeOffset> = OrderedMap()
  ) {
    self.uidMappings = uidMappings
    self.gidMappings = gidMappings
    self.sysctl = sysctl
    self.resources = resources
    self.cgroupsPath = cgroupsPath
    self.namespaces = namespaces
    self.devices = devices
    self.netDevices = netDevices
    self.seccomp = seccomp
    self.rootfsPropagation = rootfsPropagation
    self.maskedPaths = maskedPaths
    self.readonlyPaths = readonlyPaths
    self.mountLabel = mountLabel
    self.intelRdt = intelRdt
    self.memoryPolicy = memoryPolicy
    self.personality = personality
    self.timeOffsets = timeOffsets
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("uidMappings", &uidMappings)
    try json.field("gidMappings", &gidMappings)
    try json.field("sysctl", &sysctl)
    try json.field("resources", &resources)
    try json.field("cgroupsPath", &cgroupsPath)
    try json.field("namespaces", &namespaces)
    try json.field("devices", &devices)
    try json.field("netDevices", &netDevices)
    if !json.leavesOutFilter { try json.field("seccomp", &seccomp) }
    try json.field("rootfsPropagation", &rootfsPropagation)
    try json.field("maskedPaths", &maskedPaths)
    try json.field("readonlyPaths", &readonlyPaths)
    try json.field("mountLabel", &mountLabel)
    try json.field("intelRdt", &intelRdt)
    try json.field("memoryPolicy", &memoryPolicy)
    try json.field("personality", &personality)
    try json.field("timeOffsets", &timeOffsets)
  }

  /// The first entry of that kind: without it the container shares the runtime's namespace.
  public func namespace(_ kind: NamespaceKind) -> Namespace? {
    for entry in namespaces where entry.kind == kind { return entry }
    return nil
  }

  /// Whether the container gets a new namespace of that kind, rather than none or one that is joined.
  public func makesNamespace(_ kind: NamespaceKind) -> Bool {
    guard let entry = namespace(kind) else { return false }
    return entry.path == nil
  }
}
