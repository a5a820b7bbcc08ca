// What `--help` and `--version` print.

/// What `--help` and `--version` print.
enum Help {
  /// Callers read the third word as the release of conmon whose protocols are spoken; Podman wants these first words.
  static let version = "conmon version 2.2.1\ncommit: apus-monitor 0.1.0\n"

  static var text: String {
    var text = "Usage:\n  apus-monitor [OPTION...]\n\nOptions:\n"
    for name in OptionName.allCases where !name.isHidden {
      var spelling = "  "
      if let letter = name.letter { spelling += "-" + String(decoding: [letter], as: UTF8.self) + ", " }
      spelling += "--" + name.rawValue
      for _ in spelling.utf8.count..<max(spelling.utf8.count + 1, 36) { spelling += " " }
      text += spelling + summary(name) + "\n"
    }
    return text
  }

  private static func summary(_ name: OptionName) -> String {
    switch name {
    case .apiVersion: "answers with the key 'data', exec tells the pid first"
    case .bundle: "bundle of the container"
    case .cid: "id of the container"
    case .conmonPidfile: "file for the pid of the monitor"
    case .containerPidfile, .pidfile: "file that the runtime writes the container's pid to"
    case .cuuid: "id for the journal and the attach socket"
    case .exec: "run a process in a running container"
    case .execAttach: "wait for a client before that process starts"
    case .execProcessSpec: "file that describes that process"
    case .exitCommand: "program to execute at the end"
    case .exitCommandArg: "argument of that program (repeatable)"
    case .exitDelay: "seconds to wait before it"
    case .exitDir: "directory of the exit files"
    case .fullAttach: "attach socket in the bundle itself"
    default: laterSummary(name)
    }
  }

  private static func laterSummary(_ name: OptionName) -> String {
    switch name {
    case .help: "show this text"
    case .leaveStdinOpen: "stdin stays open when a client leaves"
    case .logAllowlistDir: "directory where logs may be rotated (repeatable)"
    case .logGlobalSizeMax: "bytes of log in all, more is thrown away"
    case .logLabel: "LABEL=VALUE for the journal (repeatable)"
    case .logLevel: "error, warn, info, debug or trace"
    case .logMaxFiles: "rotated files to keep (1)"
    case .logPath: "DRIVER:PATH with k8s-file, journald, passthrough or none (repeatable)"
    case .logRateLimit: "bytes per second of each stream"
    case .logRatePolicy: "[stdout=|stderr=]pass, block or drop (block)"
    case .logRotate: "keep older log files at the size limit"
    case .logSizeMax: "bytes of one log file"
    case .logTag: "tag for the journal"
    case .name: "name of the container"
    case .noContainerPartialMessage: "do not mark split lines in the journal"
    default: lastSummary(name)
    }
  }

  private static func lastSummary(_ name: OptionName) -> String {
    switch name {
    case .noNewKeyring: "handed to the runtime"
    case .noPivot: "handed to the runtime"
    case .noSyncLog: "do not flush the log to the disk at the end"
    case .persistDir: "directory for the files 'exit' and 'oom'"
    case .replaceListenPid: "set LISTEN_PID to the runtime's pid"
    case .restore: "directory of a checkpoint to restore"
    case .runtime: "the OCI runtime"
    case .runtimeArg: "argument before the runtime's command (repeatable)"
    case .runtimeOpt: "argument behind it (repeatable)"
    case .sdnotifySocket: "socket that readiness is reported to"
    case .socketDirPath: "directory of links to bundles, for short socket paths"
    case .stdin: "give the container a stdin"
    case .sync: "stay the child of the caller"
    case .syslog: "messages also to syslog"
    case .systemdCgroup: "handed to the runtime"
    case .terminal: "give the container a terminal"
    case .timeout: "seconds until the container is killed"
    case .version: "show the version"
    default: ""
    }
  }
}
