// The flags with which a filter is loaded.

internal import Linux
internal import OCI

/// The flags with which a filter is loaded (seccomp(2), SECCOMP_FILTER_FLAG_*).
public struct SeccompFlags: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Log all actions but ALLOW (kernel 4.14).
  public static let log = SeccompFlags(rawValue: 1 << 1)
  /// Do not switch the speculation mitigations on (kernel 4.17).
  public static let speculationAllowed = SeccompFlags(rawValue: 1 << 2)
  /// Return the descriptor on which a process outside decides (kernel 5.0).
  public static let newListener = SeccompFlags(rawValue: 1 << 3)
  /// Once the listener took a call, only a fatal signal ends its wait (kernel 5.19); needs `newListener`.
  public static let waitKillable = SeccompFlags(rawValue: 1 << 5)

  /// Those that the running kernel knows.
  public static func supportedByKernel() -> SeccompFlags {
    var flags: SeccompFlags = []
    for flag in [SeccompFlags.log, .speculationAllowed, .newListener] where SeccompKernel.supports(flags: flag.rawValue)
    {
      flags.insert(flag)
    }
    if SeccompKernel.supports(flags: waitKillable.union(newListener).rawValue) { flags.insert(waitKillable) }
    return flags
  }

  /// The flags that a section of config.json stands for.
  /// - Throws: when it names one that the kernel lacks, or nobody is there to listen.
  static func decode(_ section: OCI.Seccomp, supported: SeccompFlags) throws(RuntimeError) -> SeccompFlags {
    let needsListener = section.syscalls.contains { $0.action == .notify && !$0.names.isEmpty }
    if needsListener && section.listenerPath.isEmpty {
      throw .invalidConfiguration("linux.seccomp: SCMP_ACT_NOTIFY is used, but listenerPath is not set")
    }
    var flags: SeccompFlags = needsListener ? .newListener : []
    guard let named = section.flags else {
      return flags.union(supported.intersection(.speculationAllowed))
    }
    for name in named {
      if !name.isSupported(by: supported) {
        throw .unsupported("seccomp flag " + name.name + " is not supported by this kernel")
      }
      flags.formUnion(name.flag)
    }
    return flags
  }
}

extension OCI.Seccomp.Flag {
  /// TSYNC stands for nothing: there is one thread.
  var flag: SeccompFlags {
    switch self {
    case .tsync: return []
    case .log: return .log
    case .specAllow: return .speculationAllowed
    case .waitKillableRecv: return .waitKillable
    }
  }

  func isSupported(by kernel: SeccompFlags) -> Bool { flag.isSubset(of: kernel) }
}
