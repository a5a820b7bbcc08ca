// New limits for a running container.

import Linux
public import OCI

extension Cgroup {
  /// Changes the limits of a running container.
  public func update(_ resources: Resources) throws(RuntimeError) {
    let writes = try limitWrites(resources, kind: kind, purpose: .update)
    if resources.memory.checkBeforeUpdate { try checkUsage(resources.memory) }
    try checkControllers(writes)
    for directory in directories {
      var writer = CgroupWriter(directory, of: self)
      try writer.perform(writes, in: doing("opening the cgroup", directory.open))
    }
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
