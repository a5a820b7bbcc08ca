// What seccomp(2) of the running kernel offers.

internal import CShims

/// What seccomp(2) of the running kernel offers.
public enum SeccompKernel {
  /// Whether the kernel knows all of these SECCOMP_FILTER_FLAG_* bits.
  public static func supports(flags: UInt32) -> Bool { apus_seccomp_has_flags(flags) == 0 }

  /// Whether the kernel knows this SECCOMP_RET_* action (SECCOMP_GET_ACTION_AVAIL, kernel 4.14).
  public static func supports(action: UInt32) -> Bool { apus_seccomp_has_action(action) == 0 }
}
