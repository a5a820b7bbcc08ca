// Processors, scheduling, I/O priority and memory nodes of this process.

internal import CShims

/// The arguments of sched_setattr(2), in the kernel's numbers.
public struct SchedulingAttributes: Equatable, Sendable {
  public var policy: UInt32 = 0
  public var flags: UInt64 = 0
  public var nice: Int32 = 0
  public var priority: UInt32 = 0
  /// Nanoseconds, as are the next two.
  public var runtime: UInt64 = 0
  public var deadline: UInt64 = 0
  public var period: UInt64 = 0

  public init() {}

  @inline(never)
  public func apply() throws(SystemCallError) {
    var raw = apus_scheduling()
    (raw.size, raw.policy, raw.flags, raw.nice, raw.priority) = (48, policy, flags, nice, priority)
    (raw.runtime, raw.deadline, raw.period) = (runtime, deadline, period)
    // `raw` is a local of the kernel's layout (asserted in the shim).
    try systemCall("sched_setattr", unsafe apus_sched_setattr(&raw))
  }
}

/// Sets the processors that this process may run on, bit n of the mask for processor n (sched_setaffinity(2)).
@inline(never)
public func setAffinity(_ mask: [UInt64]) throws(SystemCallError) {
  let size = mask.count * 8
  // The array's storage is valid for `size` bytes during the call.
  try systemCall("sched_setaffinity", unsafe apus_sched_setaffinity(mask, size))
}

/// The processors that this process may run on, as a mask of as many words as the kernel has use for.
@inline(never)
public func affinity() throws(SystemCallError) -> [UInt64] {
  var mask = everyProcessor
  let size = mask.count * 8
  // The array's storage is valid for `size` bytes during the call.
  let count = try systemCall("sched_getaffinity", unsafe apus_sched_getaffinity(&mask, size))
  return Array(mask[..<(Int(count) / 8)])
}

/// A mask of all processors that any kernel knows (8192 at most, CONFIG_NR_CPUS); it takes what it has of them.
public var everyProcessor: [UInt64] { [UInt64](repeating: .max, count: 128) }

/// Sets the I/O priority of this process (ioprio_set(2)).
/// - Parameter level: 0 to 7.
@inline(never)
public func setIOPriority(class number: Int32, level: Int32) throws(SystemCallError) {
  try systemCall("ioprio_set", apus_ioprio_set(number << 13 | level))
}

/// Sets the memory policy of this process (set_mempolicy(2)).
/// - Parameters:
///   - mode: MPOL_* with its flags.
///   - nodes: bit n for memory node n.
@inline(never)
public func setMemoryPolicy(_ mode: Int32, nodes: [UInt64]) throws(SystemCallError) {
  let count = nodes.count * 64
  // The array's storage holds `count` bits during the call.
  try systemCall("set_mempolicy", unsafe apus_set_mempolicy(mode, nodes, count))
}
