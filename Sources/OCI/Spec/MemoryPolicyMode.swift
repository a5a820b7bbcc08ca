// The modes of NUMA memory policies.

/// The modes of NUMA memory policies (set_mempolicy(2)).
public enum MemoryPolicyMode: String, NamedValue {
  case standard = "MPOL_DEFAULT"
  case preferred = "MPOL_PREFERRED"
  case bind = "MPOL_BIND"
  case interleave = "MPOL_INTERLEAVE"
  case local = "MPOL_LOCAL"
  case preferredMany = "MPOL_PREFERRED_MANY"
  case weightedInterleave = "MPOL_WEIGHTED_INTERLEAVE"

  /// The kernel's number (linux/mempolicy.h).
  public var number: Int32 {
    switch self {
    case .standard: 0
    case .preferred: 1
    case .bind: 2
    case .interleave: 3
    case .local: 4
    case .preferredMany: 5
    case .weightedInterleave: 6
    }
  }

  public static func refusal(of name: String) -> String { "invalid memory policy mode \(quoted(name))" }
}
