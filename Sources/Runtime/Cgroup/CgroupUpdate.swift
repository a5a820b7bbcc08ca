// New limits for a running container.

import Linux
public import OCI

extension Cgroup {
  /// Changes the limits of a running container.
  /// - Parameter nodes: `linux.devices`, as for the creation; needed where the limits hold device rules.
  /// - Parameter announce: is told the writes before the first is made.
  public func update(
    _ resources: Resources, beside nodes: [DeviceNode] = [],
    announce: ([CgroupWrite]) throws(RuntimeError) -> Void = { (_) throws(RuntimeError) in }
  ) throws(RuntimeError) {
    let resources = kind == .v2 ? completed(resources) : resources
    let writes = try limitWrites(resources, kind: kind, purpose: .update)
    if resources.memory.checkBeforeUpdate { try checkUsage(resources.memory) }
    try checkControllers(writes)
    try announce(writes)
    // A program takes the place of the one before in one step; v1 would refuse everything for a moment.
    if kind == .v2, !resources.devices.isEmpty {
      let settings = try UnifiedSettings(resources.devices, beside: nodes)
      try doing("setting the device rules of the cgroup") { () throws(SystemCallError) in
        try settings.apply(to: directories[0].open())
      }
    }
    for directory in directories {
      var writer = CgroupWriter(directory, of: self)
      try writer.perform(writes, in: doing("opening the cgroup", directory.open))
    }
  }

  /// v2 has one file for two values, or counts swap alone: what is not given of them stays as it is now.
  private func completed(_ resources: Resources) -> Resources {
    guard let opened = try? directories[0].open() else { return resources }
    var resources = resources
    let (quota, period) = (resources.cpu.quota ?? 0, resources.cpu.period ?? 0)
    if (quota == 0) != (period == 0), var both = try? opened.cgroupText("cpu.max"),
      let first = both.takeField(UInt8(ascii: " "))
    {
      if quota == 0 { resources.cpu.quota = first.number().map { Int64(clamping: $0) } ?? -1 }
      if period == 0 { resources.cpu.period = both.number() }
    }
    let (limit, swap) = (resources.memory.limit ?? 0, resources.memory.swap ?? 0)
    guard let present = opened.cgroupNumber("memory.max") else { return resources }
    if swap > 0 && limit == 0 { resources.memory.limit = Int64(clamping: present) }
    if limit > 0, swap == 0, let swap = opened.cgroupNumber("memory.swap.max") {
      resources.memory.swap = Int64(clamping: present &+ swap)
    }
    return resources
  }

  /// v1 refuses a limit below what is in use; v2 would kill until it fits.
  private func checkUsage(_ memory: Resources.Memory) throws(RuntimeError) {
    guard let directory = directory(of: "memory"), let opened = try? directory.open(),
      let usage = opened.cgroupNumber(directory.isUnified ? "memory.current" : "memory.usage_in_bytes")
    else { return }
    for (name, value) in [("memory+swap", memory.swap ?? 0), ("memory", memory.limit ?? 0)] {
      if value > 0, UInt64(value) <= usage {
        throw .invalidConfiguration(sentence("rejecting % limit % <= usage %", name, String(value), String(usage)))
      }
    }
  }
}
