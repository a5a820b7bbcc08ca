// A flag of the command line, as the parser and the help texts see it.

/// A flag of the command line.
struct Flag: Sendable {
  /// What follows the flag.
  enum Kind: Sendable {
    /// Nothing; `--flag=false` turns it off.
    case toggle
    case text
    case number
    /// A text, and the flag may be repeated.
    case list
    /// A number, and the flag may be repeated.
    case numberList

    var takesValue: Bool { self != .toggle }
    var isNumeric: Bool { self == .number || self == .numberList }
  }

  let name: FlagName
  var text: String { name.text }
  /// One letter, or nil.
  let short: String?
  let kind: Kind
  let usage: String
  /// What `--help` shows as the default; nil shows none.
  let defaultValue: String?
  /// Accepted, but not in the help text.
  let isHidden: Bool

  init(_ name: FlagName, _ short: String? = nil, _ kind: Kind, _ usage: String, default value: String? = nil) {
    self.name = name
    self.short = short
    self.kind = kind
    self.usage = usage
    defaultValue = value
    isHidden = usage.isEmpty
  }
}

/// The long names of all flags.
enum FlagName: UInt8, Sendable {
  case additionalGIDs
  case all
  case apparmor
  case blkioWeight
  case bundle
  case capability
  case cgroup
  case consoleSocket
  case cpuBurst
  case cpuIdle
  case cpuPeriod
  case cpuQuota
  case cpuRealtimePeriod
  case cpuRealtimeRuntime
  case cpuShare
  case cpusetCPUs
  case cpusetMems
  case criu
  case cwd
  case debug
  case detach
  case environment
  case force
  case format
  case help
  case host
  case ignorePaused
  case interval
  case keep
  case kernelMemory
  case kernelMemoryTCP
  case cacheSchema
  case level
  case log
  case logFormat
  case bandwidthSchema
  case memory
  case memoryReservation
  case memorySwap
  case noNewKeyring
  case noNewPrivileges
  case noPivot
  case noSubreaper
  case pidFile
  case pidfdSocket
  case pidsLimit
  case preserveDescriptors
  case process
  case processLabel
  case quiet
  case resources
  case root
  case rootless
  case stats
  case systemdCgroup
  case terminal
  case user
  case version

  private static let texts = [
    "additional-gids", "all", "apparmor", "blkio-weight", "bundle", "cap", "cgroup", "console-socket", "cpu-burst",
    "cpu-idle", "cpu-period", "cpu-quota", "cpu-rt-period", "cpu-rt-runtime", "cpu-share", "cpuset-cpus", "cpuset-mems",
    "criu", "cwd", "debug", "detach", "env", "force", "format", "help", "host", "ignore-paused", "interval", "keep",
    "kernel-memory", "kernel-memory-tcp", "l3-cache-schema", "level", "log", "log-format", "mem-bw-schema", "memory",
    "memory-reservation", "memory-swap", "no-new-keyring", "no-new-privs", "no-pivot", "no-subreaper", "pid-file",
    "pidfd-socket", "pids-limit", "preserve-fds", "process", "process-label", "quiet", "resources", "root", "rootless",
    "stats", "systemd-cgroup", "tty", "user", "version",
  ]

  var text: String { FlagName.texts[Int(rawValue)] }
}
