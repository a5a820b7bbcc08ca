// Every option of the command line: its spellings, its argument and its line of help.

/// Every option, by its long spelling.
enum OptionName: String, CaseIterable, Sendable {
  case apiVersion = "api-version"
  case bundle
  case cid
  case conmonPidfile = "conmon-pidfile"
  case containerPidfile = "container-pidfile"
  case cuuid
  case exec
  case execAttach = "exec-attach"
  case execProcessSpec = "exec-process-spec"
  case exitCommand = "exit-command"
  case exitCommandArg = "exit-command-arg"
  case exitDelay = "exit-delay"
  case exitDir = "exit-dir"
  case fullAttach = "full-attach"
  case help
  case leaveStdinOpen = "leave-stdin-open"
  case logAllowlistDir = "log-allowlist-dir"
  case logGlobalSizeMax = "log-global-size-max"
  case logLabel = "log-label"
  case logLevel = "log-level"
  case logMaxFiles = "log-max-files"
  case logPath = "log-path"
  case logRateLimit = "log-rate-limit"
  case logRatePolicy = "log-rate-policy"
  case logRotate = "log-rotate"
  case logSizeMax = "log-size-max"
  case logTag = "log-tag"
  case name
  case noContainerPartialMessage = "no-container-partial-message"
  case noNewKeyring = "no-new-keyring"
  case noPivot = "no-pivot"
  case noSyncLog = "no-sync-log"
  case persistDir = "persist-dir"
  case pidfile
  case replaceListenPid = "replace-listen-pid"
  case restore
  case restoreArg = "restore-arg"
  case runtime
  case runtimeArg = "runtime-arg"
  case runtimeOpt = "runtime-opt"
  case sdnotifySocket = "sdnotify-socket"
  case socketDirPath = "socket-dir-path"
  case stdin
  case sync
  case syslog
  case systemdCgroup = "systemd-cgroup"
  case terminal
  case timeout
  case version

  /// What stands behind the option.
  enum Argument {
    case none(Switches)
    case text
    case integer
  }

  var argument: Argument {
    switch self {
    case .apiVersion: .none(.apiVersion)
    case .exec: .none(.exec)
    case .execAttach: .none(.execAttach)
    case .fullAttach: .none(.fullAttach)
    case .help: .none(.help)
    case .leaveStdinOpen: .none(.leaveStdinOpen)
    case .logRotate: .none(.logRotate)
    case .noContainerPartialMessage: .none(.noContainerPartialMessage)
    case .noNewKeyring: .none(.noNewKeyring)
    case .noPivot: .none(.noPivot)
    case .noSyncLog: .none(.noSyncLog)
    case .replaceListenPid: .none(.replaceListenPID)
    case .stdin: .none(.stdin)
    case .sync: .none(.sync)
    case .syslog: .none(.syslog)
    case .systemdCgroup: .none(.systemdCgroup)
    case .terminal: .none(.terminal)
    case .version: .none(.version)
    case .exitDelay, .logGlobalSizeMax, .logMaxFiles, .logRateLimit, .logSizeMax, .timeout: .integer
    default: .text
    }
  }

  /// The letter of the short spelling.
  var letter: UInt8? {
    switch self {
    case .bundle: UInt8(ascii: "b")
    case .cid: UInt8(ascii: "c")
    case .conmonPidfile: UInt8(ascii: "P")
    case .containerPidfile: UInt8(ascii: "p")
    case .cuuid: UInt8(ascii: "u")
    case .exec: UInt8(ascii: "e")
    case .help: UInt8(ascii: "h")
    case .logPath: UInt8(ascii: "l")
    case .name: UInt8(ascii: "n")
    case .persistDir: UInt8(ascii: "0")
    case .runtime: UInt8(ascii: "r")
    case .stdin: UInt8(ascii: "i")
    case .systemdCgroup: UInt8(ascii: "s")
    case .terminal: UInt8(ascii: "t")
    case .timeout: UInt8(ascii: "T")
    default: nil
    }
  }

  /// Older spellings, accepted and not shown.
  var isHidden: Bool { self == .pidfile || self == .restoreArg }

  static func named(_ text: String) -> OptionName? { allCases.first { $0.rawValue.isExactly(text) } }

  static func lettered(_ letter: UInt8) -> OptionName? {
    for name in allCases where name.letter == letter { return name }
    return nil
  }
}
