// The capabilities of the kernel.

/// The capabilities of the kernel (capabilities(7)); the raw value is the number in linux/capability.h.
public enum Capability: UInt8, NamedValue {
  case chown, dacOverride, dacReadSearch, fowner, fsetid, kill, setgid, setuid, setpcap, linuxImmutable
  case netBindService, netBroadcast, netAdmin, netRaw, ipcLock, ipcOwner, sysModule, sysRawio, sysChroot, sysPtrace
  case sysPacct, sysAdmin, sysBoot, sysNice, sysResource, sysTime, sysTTYConfig, mknod, lease, auditWrite
  case auditControl, setfcap, macOverride, macAdmin, syslog, wakeAlarm, blockSuspend, auditRead, perfmon, bpf
  case checkpointRestore

  public static let names = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
    "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN",
    "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
    "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
    "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
    "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND",
    "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
  ]

  public static var refusal: (before: String, after: String) { ("unknown capability ", "") }

  /// The bits of a set, one for each number; names that nobody knows are left out.
  public static func bits(of names: [String]) -> UInt64 {
    var bits: UInt64 = 0
    for name in names {
      if let capability = Capability(name: name) { bits |= 1 << UInt64(capability.rawValue) }
    }
    return bits
  }
}

extension CapabilitySets {
  /// The names in any of the sets that are no capability, each once: warned about and then ignored (config.md).
  public var unknownNames: [String] {
    var unknown: [String] = []
    for name in bounding + effective + inheritable + permitted + ambient where Capability(name: name) == nil {
      if indexOfName(name, in: unknown) == nil { unknown.append(name) }
    }
    return unknown
  }
}
