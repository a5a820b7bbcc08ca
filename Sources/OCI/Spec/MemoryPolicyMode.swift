// The modes of NUMA memory policies.

/// The modes of NUMA memory policies (set_mempolicy(2)); the raw value is the number of the kernel.
public enum MemoryPolicyMode: UInt8, NamedValue {
  case standard, preferred, bind, interleave, local, preferredMany, weightedInterleave

  public static let names = [
    "MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY",
    "MPOL_WEIGHTED_INTERLEAVE",
  ]

  public static var refusal: (before: String, after: String) { ("invalid memory policy mode ", "") }
}
