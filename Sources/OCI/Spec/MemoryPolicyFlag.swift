// The flags of NUMA memory policies.

/// The flags of NUMA memory policies (set_mempolicy(2)).
public enum MemoryPolicyFlag: String, NamedValue {
  case numaBalancing = "MPOL_F_NUMA_BALANCING"
  case relativeNodes = "MPOL_F_RELATIVE_NODES"
  case staticNodes = "MPOL_F_STATIC_NODES"

  /// The kernel's bit, part of the mode argument (linux/mempolicy.h).
  public var bit: Int32 {
    switch self {
    case .numaBalancing: 1 << 13
    case .relativeNodes: 1 << 14
    case .staticNodes: 1 << 15
    }
  }

  public static func refusal(of name: String) -> String { "invalid memory policy flag \(quoted(name))" }
}
