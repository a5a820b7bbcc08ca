// What the kernel counted in a container's cgroup.

public import OCI

extension Cgroup {
  /// Whether the container may have no further process: a clone into it fails with EAGAIN.
  public func isPidsLimitReached() -> Bool {
    guard let directory = directory(of: "pids"), let opened = try? directory.open(),
      let limit = opened.cgroupNumber("pids.max"), let current = opened.cgroupNumber("pids.current")
    else { return false }
    return current >= limit
  }

  /// How many processes the kernel killed because the container's memory was used up; 0 when it cannot be told.
  public func outOfMemoryKills() -> UInt64 {
    guard let directory = directory(of: "memory"), let opened = try? directory.open() else { return 0 }
    return opened.cgroupNumber(directory.isUnified ? "memory.events" : "memory.oom_control", key: "oom_kill") ?? 0
  }

  /// Changes the limits of a running container.
  public func update(_ resources: Resources) throws(RuntimeError) {
    let writes = try limitWrites(resources, kind: kind, purpose: .update)
    if resources.memory.checkBeforeUpdate { try checkUsage(resources.memory) }
    for write in writes where !write.traits.contains(.optional) && directory(of: write.controller) == nil {
      throw .unsupported("cannot set \(write.controller) limit: the container has no cgroup with that controller")
    }
    for directory in directories {
      let isOwn = { (write: CgroupWrite) in isLimited(write, in: directory) }
      if !writes.contains(where: isOwn) { continue }
      let opened = try doing("opening the cgroup", directory.open)
      var writer = CgroupWriter(directory)
      try writer.perform(writes, in: opened, where: isOwn)
    }
  }

  /// v1 refuses a limit below what is in use; v2 would kill until it fits.
  private func checkUsage(_ memory: Resources.Memory) throws(RuntimeError) {
    guard let directory = directory(of: "memory"), let opened = try? directory.open(),
      let usage = opened.cgroupNumber(directory.isUnified ? "memory.current" : "memory.usage_in_bytes")
    else { return }
    if let swap = memory.swap, swap > 0, UInt64(swap) <= usage {
      throw .invalidConfiguration("rejecting memory+swap limit \(swap) <= usage \(usage)")
    }
    if let limit = memory.limit, limit > 0, UInt64(limit) <= usage {
      throw .invalidConfiguration("rejecting memory limit \(limit) <= usage \(usage)")
    }
  }
}
