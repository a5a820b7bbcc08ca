// Signals that wait to be read.

import Linux

/// Signals that are blocked in every thread, and so wait to be read.
final class SignalQueue: Sendable {
  private let descriptor: Descriptor

  init(_ signals: [Int32]) throws(SystemCallError) { descriptor = try openSignals(SignalSet(signals)) }

  /// The calling thread waits for the next one.
  /// - Returns: false when another reader took it.
  func wait() -> Bool {
    var entries = [PollEntry(descriptor.number, .readable)]
    _ = try? poll(&entries)
    return (try? descriptor.nextSignal()) != nil
  }
}
