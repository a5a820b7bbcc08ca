// The capabilities of Linux by name and number.

internal import OCI

/// The capabilities of Linux by name and number (capabilities(7), linux/capability.h).
public enum Capability {
  /// All names, in the order of their numbers from 0 on; the last three came with kernels 5.8 and 5.9.
  public static let names: [String] = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
  ]

  /// The number of an exact name; nil for any other text.
  public static func number(of name: String) -> Int? { names.firstIndex { sameBytes($0, name) } }

  /// The names of the bits in a mask; a bit without a name is left out.
  public static func names(in mask: UInt64) -> [String] {
    var list: [String] = []
    for (number, name) in names.enumerated() where mask & (1 << UInt64(number)) != 0 { list.append(name) }
    return list
  }
}
