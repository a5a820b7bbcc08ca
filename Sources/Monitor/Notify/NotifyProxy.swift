// The readiness socket of the container, relayed to the host's.

import Linux

/// The readiness socket of the container (sd_notify(3)), relayed to the host's: `notify/notify.sock` in the bundle.
struct NotifyProxy: ~Copyable {
  private var socket = Descriptor.absent
  private var host = ""
  private let messages: Messages

  init(_ messages: Messages) { self.messages = messages }

  /// - Parameter host: the path of the host's socket.
  mutating func open(
    host: String, in bundle: borrowing Descriptor, _ epoll: inout Epoll, token: UInt64
  ) throws(SystemCallError) {
    let own = try SocketFolder.bind("notify/notify.sock", .datagram, in: bundle, mode: 0o777)
    // Told for as long as there is something to read: `relay` stops after a while.
    try epoll.add(own, .readable, token: token)
    socket = own
    self.host = host
  }

  /// Relays what has come.
  func relay() {
    if !socket.isOpen { return }
    var buffer = [UInt8](repeating: 0, count: 32768)
    // Bounded, for a container that never stops.
    for _ in 0..<64 {
      guard let count = try? socket.read(into: &buffer) else { return }
      let passing = NotifyFilter.passing(buffer[0..<count])
      if passing.isEmpty { continue }
      do {
        let sender = try Descriptor.socket(.datagram)
        try sender.connect(host)
        try sender.send(passing)
      } catch {
        messages.warn("cannot relay a readiness message: " + error.message)
      }
    }
  }
}
