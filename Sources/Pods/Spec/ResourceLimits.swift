// The limits of a container's cgroup.

internal import OCI

/// The limits of a container's cgroup, out of the caller's.
struct ResourceLimits {
  private let host: HostFacts

  init(_ host: HostFacts) { self.host = host }

  func resources(_ wanted: ContainerResources?) throws(PodError) -> Resources {
    guard let wanted else { return Resources() }
    var resources = Resources()
    resources.cpu = try cpu(wanted)
    if wanted.memoryLimit > 0 { resources.memory.limit = wanted.memoryLimit }
    // Without a limit of its own a container could swap as much as it may use.
    if wanted.memorySwapLimit != 0 {
      resources.memory.swap = wanted.memorySwapLimit
    } else if wanted.memoryLimit > 0 {
      resources.memory.swap = wanted.memoryLimit
    }
    resources.hugepageLimits = try hugepages(wanted.hugepageLimits)
    if !wanted.unified.isEmpty && !host.hasUnifiedCgroupsOnly {
      throw PodError(.invalidArgument, "linux.resources.unified: this host has no version 2 cgroups")
    }
    for (key, value) in wanted.unified.sorted(by: { $0.key < $1.key }) { resources.unified[key] = value }
    return resources
  }

  private func cpu(_ wanted: ContainerResources) throws(PodError) -> Resources.CPU {
    var cpu = Resources.CPU(cpus: wanted.cpus, mems: wanted.memoryNodes)
    for (value, name) in [(wanted.cpuShares, "cpu_shares"), (wanted.cpuPeriod, "cpu_period")] where value < 0 {
      throw PodError(.invalidArgument, "linux.resources.\(name): \(value) is negative")
    }
    if wanted.cpuShares > 0 { cpu.shares = UInt64(wanted.cpuShares) }
    if wanted.cpuPeriod > 0 { cpu.period = UInt64(wanted.cpuPeriod) }
    if wanted.cpuQuota != 0 { cpu.quota = wanted.cpuQuota }
    return cpu
  }

  /// The kubelet sends 0 for each size it knows; that a host cannot limit what nobody may use is no error.
  private func hugepages(_ wanted: [ContainerResources.HugepageLimit]) throws(PodError) -> [Resources.HugepageLimit] {
    var limits: [Resources.HugepageLimit] = []
    for limit in wanted {
      if host.hugepageSizes?.contains(limit.pageSize) == true {
        limits.append(Resources.HugepageLimit(pageSize: limit.pageSize, limit: limit.bytes))
      } else if limit.bytes != 0 {
        throw PodError(
          .invalidArgument, "linux.resources.hugepage_limits: this host cannot limit pages of \(limit.pageSize)")
      }
    }
    return limits
  }
}
