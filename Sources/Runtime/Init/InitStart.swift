// Waiting for `start`.

import Linux

extension InitProcess {
  /// The first process of a PID namespace is spared by signals that end others. While it waits these end it all the
  /// same, as with runc; blocked, they are kept for `awaitStart` to see.
  static let endingSignals = SignalSet([Signal.hangUp, Signal.interrupt, Signal.quit, Signal.terminate])

  /// Blocks until `start` writes its byte, or a signal asks for the end.
  func awaitStart() throws(SetupFailure) {
    var byte: [UInt8] = [0]
    try calling { () throws(SystemCallError) in
      switch resources.fifo {
      case .some(let fifo):
        let signals = try openSignals(InitProcess.endingSignals)
        var entries = [PollEntry(fifo.number, .readable), PollEntry(signals.number, .readable)]
        try poll(&entries)
        if let signal = try signals.nextSignal() { exitNow(128 + signal) }
        _ = try fifo.read(into: &byte, subject: StateDirectory.fifoName)
        try setSignalMask(.none)
      case .none: return
      }
    }
  }
}
