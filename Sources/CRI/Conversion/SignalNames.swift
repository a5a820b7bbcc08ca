// Signals as callers name them.

internal import CRIProtocol

/// Signals as callers name them: `SIGNAL_SIGTERM` or `SIGNAL_SIGRTMINPLUS3` for `SIGTERM` and `SIGRTMIN+3`.
enum SignalNames {
  /// Empty for the default.
  static func name(_ signal: Runtime_V1_Signal) -> String {
    guard signal != .runtimeDefault, let index = Runtime_V1_Signal.allCases.firstIndex(of: signal) else { return "" }
    return names[index]
  }

  static func signal(_ name: String) -> Runtime_V1_Signal {
    guard let index = names.firstIndex(of: name), index > 0 else { return .runtimeDefault }
    return Runtime_V1_Signal.allCases[index]
  }

  /// In the order of their numbers in the protocol.
  private static let names: [String] = {
    let plain =
      " SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL "
      + "SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG "
      + "SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN"
    let rest = (1...15).map { "SIGRTMIN+\($0)" } + (1...14).reversed().map { "SIGRTMAX-\($0)" } + ["SIGRTMAX"]
    return plain.split(separator: " ", omittingEmptySubsequences: false).map(String.init) + rest
  }()
}
