// What the service manager is told.

import Foundation
import Linux

/// What the service manager that started this process is told (sd_notify(3)).
enum ServiceNotice {
  static func tell(_ state: String) {
    guard let path = environmentValue("NOTIFY_SOCKET"), path.hasPrefix("/") else { return }
    // Whoever asked for it and does not listen is not served better by an error here.
    guard let socket = try? Descriptor.connect(to: path, .datagram) else { return }
    try? socket.send(Array(state.utf8))
  }

  /// Tells the service manager again and again that this process is alive, where it wants to know
  /// (sd_watchdog_enabled(3)), until the task is cancelled: a task among others, so that a daemon in which no task gets
  /// on is found out.
  static func keepAlive() async {
    guard let text = environmentValue("WATCHDOG_USEC"), let microseconds = Int64(text), microseconds > 0 else { return }
    if let pid = environmentValue("WATCHDOG_PID"), pid != String(ProcessInfo.processInfo.processIdentifier) { return }
    while !Task.isCancelled {
      tell("WATCHDOG=1")
      try? await Task.sleep(for: .microseconds(microseconds / 2))
    }
  }
}
