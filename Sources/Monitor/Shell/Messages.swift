// What the monitor says about itself.

import Linux

/// What the monitor says about itself: to stderr while somebody listens there, and to syslog when asked.
struct Messages: Sendable {
  private let level: MessageLevel
  private let containerID: String
  private let usesSyslog: Bool

  init(level: MessageLevel, containerID: String, usesSyslog: Bool) {
    self.level = level
    self.containerID = containerID
    self.usesSyslog = usesSyslog
  }

  func error(_ text: String) { say(.error, text) }
  func warn(_ text: String) { say(.warning, text) }
  func info(_ text: String) { say(.info, text) }
  func debug(_ text: String) { say(.debug, text) }

  private func say(_ kind: MessageLevel, _ text: String) {
    if kind.rawValue > level.rawValue { return }
    StandardStream.error.tryWrite([UInt8](("[apus-monitor:" + kind.mark.letter + "]: " + text + "\n").utf8))
    if usesSyslog { toSyslog(kind, text) }
  }

  /// One datagram to /dev/log in the old form (RFC 3164 without time and host, which syslogd adds). Never waits.
  private func toSyslog(_ kind: MessageLevel, _ text: String) {
    // LOG_USER is 8; errors have severity 3, the rest 6.
    let priority = kind == .error ? 11 : 14
    let id = String(decoding: containerID.utf8.prefix(20), as: UTF8.self)
    let line = "<\(priority)>apus-monitor[\(currentProcessID())]: " + id + " <" + kind.mark.word + ">: " + text
    // Without a syslog daemon the message is lost, as everywhere.
    guard let socket = try? Descriptor.socket(.datagram), (try? socket.connect("/dev/log")) != nil else { return }
    try? socket.send([UInt8](line.utf8))
  }
}
