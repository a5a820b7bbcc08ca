// The limits of a container's cgroup.

/// The limits of a container's cgroup: config.json's `linux.resources` and the input of `update --resources`.
public struct Resources: JSONObject, Equatable, Sendable {
  /// Device access rules; a later one wins over an earlier one.
  public var devices: [DeviceRule] = []
  public var memory: Memory = Memory()
  public var cpu: CPU = CPU()
  public var pids: Pids = Pids()
  public var blockIO: BlockIO = BlockIO()
  public var hugepageLimits: [HugepageLimit] = []
  public var network: Network = Network()
  /// By device name.
  public var rdma: OrderedMap<RDMA> = OrderedMap()
  /// Files of the cgroup v2 directory and what is written to them, last of all.
  public var unified: OrderedMap<String> = OrderedMap()

  public init() {}

  public init(
    devices: [DeviceRule] = [],
    memory: Memory = Memory(),
    cpu: CPU = CPU(),
    pids: Pids = Pids(),
    blockIO: BlockIO = BlockIO(),
    hugepageLimits: [HugepageLimit] = [],
    network: Network = Network(),
    rdma: OrderedMap<RDMA> = OrderedMap(),
    unified: OrderedMap<String> = OrderedMap()
  ) {
    self.devices = devices
    self.memory = memory
    self.cpu = cpu
    self.pids = pids
    self.blockIO = blockIO
    self.hugepageLimits = hugepageLimits
    self.network = network
    self.rdma = rdma
    self.unified = unified
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("devices", &devices)
    try json.field("memory", &memory)
    try json.field("cpu", &cpu)
    try json.field("pids", &pids)
    try json.field("blockIO", &blockIO)
    try json.field("hugepageLimits", &hugepageLimits)
    try json.field("network", &network)
    try json.field("rdma", &rdma)
    try json.field("unified", &unified)
  }
}
