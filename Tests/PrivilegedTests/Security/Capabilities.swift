// Names and bits of capabilities.

/// Names and bits of capabilities (capabilities(7)).
enum Capabilities {
  static let names = """
    CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
    NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
    SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
    MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
    """.split { $0 == " " || $0 == "\n" }.map { "CAP_" + $0 }

  /// What a process of the tests may have at most.
  static let ofHost = UInt64(RunningProcess.status("self")["CapBnd"] ?? "0", radix: 16) ?? 0

  static func names(_ bits: UInt64) -> [String] {
    names.indices.filter { bits >> $0 & 1 == 1 }.map { names[$0] }
  }

  /// The five sets of a /proc/PID/status, in the order of `Sets`.
  struct Sets: Equatable, CustomStringConvertible {
    var inheritable: UInt64
    var permitted: UInt64
    var effective: UInt64
    var bounding: UInt64
    var ambient: UInt64

    var description: String {
      [inheritable, permitted, effective, bounding, ambient].map { String($0, radix: 16) }.joined(separator: " ")
    }

    init(inheritable: UInt64, permitted: UInt64, effective: UInt64, bounding: UInt64, ambient: UInt64) {
      self.inheritable = inheritable
      self.permitted = permitted
      self.effective = effective
      self.bounding = bounding
      self.ambient = ambient
    }

    /// Reads the lines CapInh to CapAmb.
    init?(status: String) {
      let lines = status.split(separator: "\n").filter { $0.hasPrefix("Cap") }
      let values = lines.compactMap { UInt64($0.dropFirst(7).filter { !$0.isWhitespace }, radix: 16) }
      guard values.count == 5 else { return nil }
      self.init(
        inheritable: values[0], permitted: values[1], effective: values[2], bounding: values[3], ambient: values[4])
    }
  }
}
