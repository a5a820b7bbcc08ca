// The standard input of the container, fed by attach clients.

import Linux

/// The standard input of the container, fed by attach clients packet by packet: the next packet is only read when the
/// last one has gone, so a container that does not read costs no more than one packet of memory.
struct ContainerInput: ~Copyable {
  /// Bytes of a packet that are taken; what a packet has beyond them is lost by the protocol.
  static let packetSize = 32768

  private var target = Descriptor.absent
  private var bytes: MappedBytes
  private var start = 0
  private var end = 0
  private var state: State

  private enum State {
    /// The terminal has not come yet: clients wait.
    case expected
    case open
    /// What clients send is thrown away.
    case closed
  }

  /// - Parameter isExpected: a terminal will be set later.
  init(isExpected: Bool) throws(SystemCallError) {
    bytes = try MappedBytes(capacity: ContainerInput.packetSize)
    state = isExpected ? .expected : .closed
  }

  mutating func open(_ target: consuming Descriptor, _ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    try target.setNonBlocking(true)
    try epoll.add(target, [.writable, .edge], token: token)
    self.target = target
    state = .open
  }

  /// Whether a client's packet can be taken now.
  var isReady: Bool { state == .closed || state == .open && start == end }

  /// Takes one packet from a client.
  /// - Returns: how the read went; `ended` when the client sends no more.
  mutating func take(from client: AttachClient) -> Transfer {
    let transfer = bytes.read(from: client.socket, at: 0, limit: ContainerInput.packetSize)
    if case .moved(let count) = transfer {
      (start, end) = state == .open ? (0, count) : (0, 0)
      flush()
    }
    return transfer
  }

  /// Goes on writing what is left of the last packet.
  mutating func flush() {
    while start < end {
      switch bytes.write(to: target, from: start, count: end - start) {
      case .moved(let count): start += count
      case .wouldBlock: return
      // The container has closed its input, which is its right.
      case .ended, .failed: close()
      }
    }
  }

  mutating func close() {
    target = .absent
    state = .closed
    (start, end) = (0, 0)
  }

  mutating func giveBackMemory() {
    if start == end { bytes.giveBack() }
  }
}
