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
  if kind == .v2 {
    // Device rules are an eBPF program there, no file; it has its place with the making of the cgroup.
    return try pidsWrites(resources.pids) + memoryWritesV2(resources.memory) + blockIOWritesV2(resources.blockIO)
      + cpuWritesV2(resources.cpu) + cpusetWrites(resources.cpu) + hugepageWrites(resources.hugepageLimits, "max")
      + rdmaWrites(resources.rdma) + unifiedWrites(resources.unified)
  }
  if !resources.unified.isEmpty {
    throw .invalidConfiguration(
      "invalid configuration: linux.resources.unified: the host's controllers are in cgroup v1 hierarchies")
  }
  return try deviceWrites(resources.devices, purpose) + memoryWritesV1(resources.memory, purpose)
    + cpuWritesV1(resources.cpu) + cpusetWrites(resources.cpu) + pidsWrites(resources.pids)
    + blockIOWritesV1(resources.blockIO) + hugepageWrites(resources.hugepageLimits, "limit_in_bytes")
    + networkWrites(resources.network) + rdmaWrites(resources.rdma)
}

func pidsWrites(_ pids: Resources.Pids) -> [CgroupWrite] {
  guard let limit = pids.limit else { return [] }
  if limit < 0 { return [CgroupWrite("pids", "pids.max", "max", .optional)] }
  // 0 would forbid even the container's own process; systemd cannot say it, so all runtimes read it as 1.
  return [CgroupWrite("pids", "pids.max", String(max(1, limit)))]
}

/// The names of the CPU and memory node lists are the same in v1 and v2.
func cpusetWrites(_ cpu: Resources.CPU) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if !cpu.cpus.isEmpty { writes.append(CgroupWrite("cpuset", "cpuset.cpus", cpu.cpus)) }
  if !cpu.mems.isEmpty { writes.append(CgroupWrite("cpuset", "cpuset.mems", cpu.mems)) }
  return writes
}

/// A limit on pages in use, and the same on reserved ones: a mapping beyond it then fails at mmap(2) instead of SIGBUS.
func hugepageWrites(_ limits: [Resources.HugepageLimit], _ file: String) throws(RuntimeError) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  for limit in limits {
    if limit.pageSize.utf8.contains(UInt8(ascii: "/")) || limit.pageSize.utf8.contains(0) {
      throw .invalidConfiguration("linux.resources.hugepageLimits: '\(limit.pageSize)' is no page size")
    }
    let name = "hugetlb.\(limit.pageSize)."
    writes.append(CgroupWrite("hugetlb", name + file, String(limit.limit)))
    writes.append(CgroupWrite("hugetlb", name + "rsvd." + file, String(limit.limit)))
  }
  return writes
}

func networkWrites(_ network: Resources.Network) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if let classID = network.classID, classID != 0 {
    writes.append(CgroupWrite("net_cls", "net_cls.classid", String(classID)))
  }
  for priority in network.priorities {
    writes.append(CgroupWrite("net_prio", "net_prio.ifpriomap", "\(priority.name) \(priority.priority)"))
  }
  return writes
}

func rdmaWrites(_ rdma: OrderedMap<Resources.RDMA>) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  for entry in rdma.entries {
    var value = entry.key
    if let handles = entry.value.hcaHandles { value += " hca_handle=" + String(handles) }
    if let objects = entry.value.hcaObjects { value += " hca_object=" + String(objects) }
    // A device alone asks for nothing, and the kernel refuses it.
    if value.utf8.count > entry.key.utf8.count { writes.append(CgroupWrite("rdma", "rdma.max", value)) }
  }
  return writes
}

/// Files of the v2 directory named by the user, last of all so that they win over converted values. A value of several
/// lines is one write for each line, as the kernel takes them.
func unifiedWrites(_ unified: OrderedMap<String>) throws(RuntimeError) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  for entry in unified.entries {
    let name = entry.key.utf8
    guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot != name.startIndex,
      !name.contains(UInt8(ascii: "/")), !name.contains(0)
    else {
      throw .invalidConfiguration(
        "linux.resources.unified: '\(entry.key)' must be a file name in the form CONTROLLER.PARAMETER")
    }
    let controller = String(entry.key[..<dot])
    let lines = entry.value.utf8.split(separator: UInt8(ascii: "\n"))
    if lines.isEmpty { writes.append(CgroupWrite(controller, entry.key, entry.value)) }
    for line in lines { writes.append(CgroupWrite(controller, entry.key, String(Substring(line)))) }
  }
  return writes
}
