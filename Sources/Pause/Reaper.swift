// The first process of a pod's PID namespace.

import Linux

/// The first process of a pod's PID namespace: it reaps what becomes its child, and ends when it is told to, with
/// which the kernel ends all others of the namespace.
enum Reaper {
  /// The most that is reaped before signals are looked at again: nothing holds up the end.
  private static let batch = 64

  /// Returns when it is told to end.
  static func run() throws(PauseError) {
    // What a caller left open would live as long as the pod.
    try doing("closing descriptors") { () throws(SystemCallError) in try closeAll(from: 3) }
    let ends = [Signal.terminate, Signal.interrupt]
    let set = SignalSet(ends + [Signal.child])
    let signals = try doing("waiting for signals") { () throws(SystemCallError) in
      // Blocked, they wait for us even in the first process, which gets no signal that it does not handle.
      try setSignalMask(set)
      return try openSignals(set)
    }
    while true {
      try doing("waiting for signals") { () throws(SystemCallError) in try wait(signals) }
      if try hasEnd(signals, ends) { return }
    }
  }

  private static func hasEnd(_ signals: borrowing Descriptor, _ ends: [Int32]) throws(PauseError) -> Bool {
    do {
      while let signal = try signals.nextSignal() {
        for end in ends where end == signal { return true }
      }
      return false
    } catch {
      throw PauseError("waiting for signals: " + error.message)
    }
  }

  /// Reaps some of what has ended; when nothing is left, waits for a signal.
  private static func wait(_ signals: borrowing Descriptor) throws(SystemCallError) {
    for _ in 0..<batch where try reapAnyChild() == nil {
      var entries = [PollEntry(signals.number, .readable)]
      _ = try poll(&entries)
      return
    }
  }
}
