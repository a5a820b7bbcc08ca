// Waiting for the caller's word to go on.

import Linux

/// The pipe by which the caller lets us go on, once it has moved us to a cgroup of its choice.
enum StartPipe {
  /// Waits for a byte or the end of the pipe; `signals` end the waiting, too.
  /// - Returns: whether we may go on.
  static func wait(_ pipe: borrowing Descriptor, signals: borrowing Descriptor) throws(SystemCallError) -> Bool {
    var entries = [PollEntry(pipe.number, .readable), PollEntry(signals.number, .readable)]
    while true {
      try poll(&entries)
      if !entries[0].returned.isEmpty {
        try read(pipe)
        return true
      }
      if !entries[1].returned.isEmpty, let signal = try signals.nextSignal(), signal != Signal.child { return false }
    }
  }

  /// Takes what is in the pipe, waiting for it.
  static func read(_ pipe: borrowing Descriptor) throws(SystemCallError) {
    var buffer = [UInt8](repeating: 0, count: 512)
    _ = try pipe.read(into: &buffer)
  }
}
