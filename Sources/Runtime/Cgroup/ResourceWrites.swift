// From the limits of config.json to writes to cgroup files.

public import OCI

/// What limits are written for.
public enum LimitPurpose: Sendable {
  /// A cgroup that no process is in yet; the nodes are those of `linux.devices`.
  case create(devices: [DeviceNode])
  /// A running container, whose device rules stay.
  case update
}

/// The writes that set these limits, in order. Pure; what the values do not allow is an error here, before any effect.
/// - Throws: `invalidConfiguration`.
public func limitWrites(
  _ resources: Resources, kind: CgroupLayout.Kind, purpose: LimitPurpose
) throws(RuntimeError) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if kind == .v2 {
    // Device rules are an eBPF program there, no file; it has its place with the making of the cgroup.
    try writes.addMemoryV2(resources.memory)
    writes.addBlockIOV2(resources.blockIO)
    writes.addCPUV2(resources.cpu)
  } else {
    if !resources.unified.isEmpty {
      throw .invalidConfiguration(
        "invalid configuration: linux.resources.unified: the host's controllers are in cgroup v1 hierarchies")
    }
    if case .create(let nodes) = purpose { try writes.addDevices(resources.devices, beside: nodes) }
    try writes.addMemoryV1(resources.memory, purpose)
    writes.addCPUV1(resources.cpu)
    writes.addBlockIOV1(resources.blockIO)
    writes.addNetwork(resources.network)
  }
  writes.addCpuset(resources.cpu)
  writes.addPids(resources.pids)
  try writes.addHugepages(resources.hugepageLimits, kind == .v2 ? "max" : "limit_in_bytes")
  writes.addRDMA(resources.rdma)
  try writes.addUnified(resources.unified)
  return writes
}

extension [CgroupWrite] {
  fileprivate mutating func addPids(_ pids: Resources.Pids) {
    guard let limit = pids.limit else { return }
    // 0 would forbid even the container's own process; systemd cannot say it, so all runtimes read it as 1.
    if limit < 0 { add("pids.max", "max", .optional) } else { add("pids.max", number: Swift.max(1, limit)) }
  }

  /// The names of the CPU and memory node lists are the same in v1 and v2.
  fileprivate mutating func addCpuset(_ cpu: Resources.CPU) {
    if !cpu.cpus.isEmpty { add("cpuset.cpus", cpu.cpus) }
    if !cpu.mems.isEmpty { add("cpuset.mems", cpu.mems) }
  }

  /// A limit on pages in use, and the same on reserved ones: a mapping beyond it then fails at mmap(2) instead of
  /// SIGBUS.
  fileprivate mutating func addHugepages(
    _ limits: [Resources.HugepageLimit], _ file: String
  ) throws(RuntimeError) {
    for limit in limits {
      if !isFileName(limit.pageSize) {
        throw .invalidConfiguration(sentence("linux.resources.hugepageLimits: '%' is no page size", limit.pageSize))
      }
      let value = String(limit.limit)
      add(sentence("hugetlb.%.%", limit.pageSize, file), value)
      add(sentence("hugetlb.%.rsvd.%", limit.pageSize, file), value)
    }
  }

  fileprivate mutating func addNetwork(_ network: Resources.Network) {
    if let classID = network.classID { add("net_cls.classid", given: Int64(classID)) }
    for priority in network.priorities {
      add("net_prio.ifpriomap", sentence("% %", priority.name, String(priority.priority)))
    }
  }

  fileprivate mutating func addRDMA(_ rdma: OrderedMap<Resources.RDMA>) {
    for entry in rdma.entries {
      var value = entry.key
      if let handles = entry.value.hcaHandles { value = sentence("% hca_handle=%", value, String(handles)) }
      if let objects = entry.value.hcaObjects { value = sentence("% hca_object=%", value, String(objects)) }
      // A device alone asks for nothing, and the kernel refuses it.
      if value.utf8.count > entry.key.utf8.count { add("rdma.max", value) }
    }
  }

  /// Files of the v2 directory named by the user, last of all so that they win over converted values. A value of
  /// several lines is one write for each line, as the kernel takes them.
  fileprivate mutating func addUnified(_ unified: OrderedMap<String>) throws(RuntimeError) {
    for entry in unified.entries {
      var name = [UInt8](entry.key.utf8)[...]
      guard isFileName(entry.key), let controller = name.takeField(UInt8(ascii: ".")), !controller.isEmpty,
        !name.isEmpty
      else {
        throw .invalidConfiguration(
          sentence(
            "linux.resources.unified: '%' must be a file name in the form CONTROLLER.PARAMETER", entry.key))
      }
      var lines = [UInt8](entry.value.utf8)[...]
      if lines.isEmpty { add(entry.key, "") }
      while let line = lines.takeLine() { add(entry.key, line.text) }
    }
  }
}

private func isFileName(_ text: String) -> Bool {
  for byte in text.utf8 where byte == UInt8(ascii: "/") || byte == 0 { return false }
  return true
}
