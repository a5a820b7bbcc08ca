// The flags of NUMA memory policies.

/// The flags of NUMA memory policies (set_mempolicy(2)).
public enum MemoryPolicyFlag: UInt8, NamedValue {
  case numaBalancing, relativeNodes, staticNodes

  public static let names = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"]

  public static var refusal: (before: String, after: String) { ("invalid memory policy flag ", "") }

  /// The kernel's bit, part of the mode argument (linux/mempolicy.h): the cases stand in its order, from 2^13 on.
  public var bit: Int32 { 1 << (13 + Int32(rawValue)) }
}
