// Memory limits as writes to cgroup files.

import OCI

func memoryWritesV1(_ memory: Resources.Memory, _ purpose: LimitPurpose) throws(RuntimeError) -> [CgroupWrite] {
  let limitFile = "memory.limit_in_bytes"
  let swapFile = "memory.memsw.limit_in_bytes"
  var writes: [CgroupWrite] = []
  let limit = memory.limit ?? 0
  // No limit on memory means none on memory and swap together, unless told otherwise: the second may never be less.
  let swap = memory.swap ?? 0 == 0 && limit == -1 ? -1 : memory.swap ?? 0
  if limit != 0 {
    // When raised above the old sum it is invalid until the sum is raised; when lowered it has to come first.
    writes.append(
      CgroupWrite(
        "memory", limitFile, String(limit), limit == -1 ? .optional : [], retriedAfter: swap == 0 ? nil : swapFile))
  }
  if swap != 0 { writes.append(CgroupWrite("memory", swapFile, String(swap), swap == -1 ? .optional : [])) }
  if let reservation = memory.reservation, reservation != 0 {
    let traits: CgroupWrite.Traits = reservation == -1 ? .optional : []
    writes.append(CgroupWrite("memory", "memory.soft_limit_in_bytes", String(reservation), traits))
  }
  switch (memory.disableOOMKiller, purpose) {
  case (true?, _): writes.append(CgroupWrite("memory", "memory.oom_control", "1"))
  case (false?, .update): writes.append(CgroupWrite("memory", "memory.oom_control", "0", .optional))
  default: break
  }
  // -1 in the form that an unsigned field of config.json has it: unset.
  if let swappiness = memory.swappiness, swappiness != UInt64.max {
    if swappiness > 100 {
      throw .invalidConfiguration(
        "linux.resources.memory.swappiness: \(swappiness) is outside of the range 0-100")
    }
    writes.append(CgroupWrite("memory", "memory.swappiness", String(swappiness)))
  }
  return writes
}

/// Swappiness and the OOM killer's switch have no counterpart in v2 and are left out, as runc does.
func memoryWritesV2(_ memory: Resources.Memory) throws(RuntimeError) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if let swap = try swapMax(memory) {
    // A kernel without swap has nothing to limit.
    let isNone = sameBytes(swap, "max") || sameBytes(swap, "0")
    writes.append(CgroupWrite("memory", "memory.swap.max", swap, isNone ? .optional : []))
  }
  for (file, value) in [("memory.max", memory.limit ?? 0), ("memory.low", memory.reservation ?? 0)] where value != 0 {
    let text = value == -1 ? "max" : String(value)
    writes.append(CgroupWrite("memory", file, text, value == -1 ? .optional : []))
  }
  return writes
}

/// The limit on swap alone, of which config.json has the sum with memory; nil when nothing is asked for.
private func swapMax(_ memory: Resources.Memory) throws(RuntimeError) -> String? {
  let limit = memory.limit ?? 0
  switch memory.swap ?? 0 {
  case 0: return limit == -1 ? "max" : nil
  case -1: return "max"
  case let swap where limit == -1: return String(swap)
  case _ where limit == 0:
    throw .invalidConfiguration("linux.resources.memory.swap: unable to set swap limit without memory limit")
  case let swap where swap < limit || limit < 0:
    throw .invalidConfiguration("linux.resources.memory.swap: memory+swap limit should be >= memory limit")
  case let swap: return String(swap - limit)
  }
}
