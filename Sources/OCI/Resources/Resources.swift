// The limits of a container's cgroup.

/// The limits of a container's cgroup: config.json's `linux.resources` and the input of `update --resources`.
public struct Resources: Equatable, Sendable {
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
}
