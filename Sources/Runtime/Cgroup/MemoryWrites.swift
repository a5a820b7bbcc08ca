// Memory limits as writes to cgroup files.

import OCI

extension [CgroupWrite] {
  mutating func addMemoryV1(_ memory: Resources.Memory, _ purpose: LimitPurpose) throws(RuntimeError) {
    let swapFile = "memory.memsw.limit_in_bytes"
    let limit = memory.limit ?? 0
    var swap = memory.swap ?? 0
    // No limit on memory means none on memory and swap together, unless told otherwise: the second may never be less.
    if swap == 0 && limit == -1 { swap = -1 }
    // When raised above the old sum it is invalid until the sum is raised; when lowered it has to come first.
    add("memory.limit_in_bytes", given: limit, retriedAfter: swap == 0 ? "" : swapFile)
    add(swapFile, given: swap)
    add("memory.soft_limit_in_bytes", given: memory.reservation)
    switch (memory.disableOOMKiller, purpose) {
    case (true?, _): add("memory.oom_control", "1")
    case (false?, .update): add("memory.oom_control", "0", .optional)
    default: break
    }
    // -1 in the form that an unsigned field of config.json has it: unset.
    guard let swappiness = memory.swappiness, swappiness != UInt64.max else { return }
    if swappiness > 100 {
      throw .invalidConfiguration(
        sentence("linux.resources.memory.swappiness: % is outside of the range 0-100", String(swappiness)))
    }
    add("memory.swappiness", number: Int64(swappiness))
  }

  /// Swappiness and the OOM killer's switch have no counterpart in v2 and are left out, as runc does.
  mutating func addMemoryV2(_ memory: Resources.Memory) throws(RuntimeError) {
    // A kernel without swap has nothing to limit, nor to forbid.
    if let swap = try swapMax(memory) { addV2("memory.swap.max", swap, swap == 0 ? .optional : []) }
    if let limit = memory.limit, limit != 0 { addV2("memory.max", limit) }
    if let reservation = memory.reservation, reservation != 0 { addV2("memory.low", reservation) }
  }

  private mutating func addV2(_ file: String, _ value: Int64, _ traits: CgroupWrite.Traits = []) {
    if value == -1 { add(file, "max", .optional) } else { add(file, String(value), traits) }
  }
}

/// The limit on swap alone, of which config.json has the sum with memory; nil when nothing is asked for.
private func swapMax(_ memory: Resources.Memory) throws(RuntimeError) -> Int64? {
  let limit = memory.limit ?? 0
  switch memory.swap ?? 0 {
  case 0: return limit == -1 ? -1 : nil
  case -1: return -1
  case let swap where limit == -1: return swap
  case _ where limit == 0:
    throw .invalidConfiguration("linux.resources.memory.swap: unable to set swap limit without memory limit")
  case let swap where swap < limit || limit < 0:
    throw .invalidConfiguration("linux.resources.memory.swap: memory+swap limit should be >= memory limit")
  case let swap: return swap - limit
  }
}
