// Waiting for `start`.

import Linux

extension InitProcess {
  /// The first process of a PID namespace is spared by signals that end others. While it waits these end it all the
  /// same, as with runc; blocked, they are kept for `awaitStart` to see.
  static let endingSignals = SignalSet([Signal.hangUp, Signal.interrupt, Signal.quit, Signal.terminate])

  /// Makes ready to wait, while no filter forbids what that takes.
  mutating func prepareWait() throws(SetupFailure) {
    let kept = resources.preservedDescriptors
    try withProcfs { (procfs) throws(SetupFailure) in try InitProcess.closeInherited(procfs, kept: kept) }
    // The host's root among them.
    rootfs = nil
    procfs = nil
    signals = try calling { () throws(SystemCallError) in
      try setSignalMask(InitProcess.endingSignals)
      return try openSignals(InitProcess.endingSignals)
    }
  }

  /// Lets go of what the caller left open, or it would be held for as long as we wait for `start`: the caller's
  /// descriptors outlive execve, and ours do not.
  private static func closeInherited(_ procfs: borrowing Descriptor, kept: Int32) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in
      let folder = try procfs.open("self/fd", [.readOnly, .directory], resolve: [.beneath, .noMagicLinks])
      for entry in try folder.entries() {
        guard let number = Int32(entry.name), number > 2 + kept else { continue }
        if try !isCloseOnExec(number) { _ = Descriptor(owning: number) }
      }
    }
  }

  /// Blocks until `start` writes its byte, or a signal asks for the end.
  mutating func awaitStart() throws(SetupFailure) {
    guard let signals = signals.take() else { return }
    var byte: [UInt8] = [0]
    try calling { () throws(SystemCallError) in
      switch resources.fifo {
      case .some(let fifo):
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
