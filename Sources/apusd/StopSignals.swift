// The signals that end the daemon.

import Foundation
import Linux

/// The signals that end the daemon.
final class StopSignals: Sendable {
  private let queue: SignalQueue

  private static let ending = [Signal.terminate, Signal.interrupt, Signal.quit]

  /// Blocks them in this thread and all that come after it, so that they wait to be read.
  static func block() {
    // A peer that goes away is an error of the call that meets it. The mask of known signals is never refused.
    try? setSignalMask(SignalSet(ending + [Signal.pipe, Signal.hangUp]))
  }

  init() throws(SettingError) {
    do throws(SystemCallError) { queue = try SignalQueue(StopSignals.ending) } catch {
      throw SettingError(message: "opening the signals: \(error.message)")
    }
  }

  /// Runs the body at the first of them; the second ends this process at once.
  func onFirst(_ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [self] in
      for count in 0..<2 {
        _ = queue.wait()
        if count == 0 { body() } else { exitNow(1) }
      }
    }
  }
}
