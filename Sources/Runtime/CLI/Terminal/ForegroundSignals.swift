// The signals that a command in the foreground gets.

internal import Linux

/// The signals that a command in the foreground gets, all of them read from a descriptor. They stay blocked to the end
/// of the program: one that arrives late must not stop it from deleting the container and handing the exit code back.
struct ForegroundSignals: ~Copyable {
  let queue: Descriptor

  init() throws(SystemCallError) {
    try setSignalMask(.all)
    queue = try openSignals(.all)
  }

  /// What a signal means to a command that waits for a process.
  enum Meaning: Equatable {
    /// For the process.
    case forward(Int32)
    case resize
    case childEnded
    /// Ours alone: a pipe without a reader, data out of band.
    case none
  }

  static func meaning(of signal: Int32) -> Meaning {
    switch signal {
    case Signal.child: return .childEnded
    case Signal.windowChange: return .resize
    case Signal.pipe, Signal.urgent: return .none
    default: return .forward(signal)
    }
  }

  /// Signals that ask a command to end.
  static let ending: [Int32] = [Signal.hangUp, Signal.interrupt, 3 /* SIGQUIT */, Signal.terminate]

  /// The next signal, or nil when there is none for now.
  borrowing func next() throws(SystemCallError) -> Int32? { try queue.nextSignal() }
}
