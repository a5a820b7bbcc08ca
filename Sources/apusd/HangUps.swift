// The hang-ups that this process is sent.

import Foundation
import Linux

/// The hang-ups that this process is sent: who asks for the settings to be read anew.
enum HangUps {
  static func all() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      guard let queue = try? SignalQueue([Signal.hangUp]) else { return continuation.finish() }
      // Ends with the process.
      Thread.detachNewThread {
        while true { if queue.wait() { continuation.yield() } }
      }
    }
  }
}
