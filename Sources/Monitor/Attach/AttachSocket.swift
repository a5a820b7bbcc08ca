// The socket that clients attach to, and the clients.

import Linux

/// The socket that clients attach to (SOCK_SEQPACKET; packets to a client begin with the output's number), and the
/// clients. The bounded buffer of a client is the queue of its socket in the kernel, and behind it the backlog, which
/// all share. Until it is full nobody waits for anybody. Then a client that took nothing for `patienceMilliseconds`, or
/// less than `leastPace` bytes in such a span, has stopped reading and is dropped; one that takes more is waited for.
/// So a fast container does not lose the readers that keep up on average, and a stuck one holds nobody up, but for a
/// container that fills all of it within one span: that waits for the rest of the span, once.
struct AttachSocket: ~Copyable {
  static let patienceMilliseconds: Int64 = 1000
  static let leastPace = 65536
  /// Bytes that a client's queue may hold, with the kernel's overhead, where we are allowed to set it.
  private static let queueSize: Int32 = 1 << 20

  private var listener = Descriptor.absent
  private let messages: Messages
  private(set) var clients: [AttachClient] = []
  private var backlog: Backlog
  private var nextToken: UInt64

  /// - Parameter firstToken: clients have this token of epoll and those above it.
  init(_ messages: Messages, firstToken: UInt64) throws(SystemCallError) {
    self.messages = messages
    nextToken = firstToken
    backlog = try Backlog()
  }

  /// Begins to listen at `attach` in the folder.
  mutating func open(
    in folder: borrowing Descriptor, _ epoll: inout Epoll, token: UInt64
  ) throws(SystemCallError) {
    let socket = try SocketFolder.bind("attach", .sequentialPackets, in: folder, mode: 0o700)
    try socket.listen(backlog: 10)
    try epoll.add(socket, [.readable, .edge], token: token)
    listener = socket
  }

  /// Accepts everybody who waits.
  mutating func admit(_ epoll: inout Epoll) {
    while listener.isOpen {
      do {
        guard let socket = try listener.accept() else { return }
        // Without the right to do so the host's default has to do.
        try? socket.enlargeSendBuffer(bytes: AttachSocket.queueSize)
        try epoll.add(socket, AttachSocket.interest, token: nextToken)
        clients.append(AttachClient(socket, token: nextToken, now: .monotonic()))
        nextToken += 1
      } catch {
        messages.warn("cannot accept an attach client: " + error.message)
        return
      }
    }
  }

  private static let interest: EpollEvents = [.readable, .peerHungUp, .edge]

  /// Notes what epoll told about a client.
  func note(_ event: EpollEvent) {
    for client in clients where client.token == event.token {
      client.isReady = true
      if !event.events.isDisjoint(with: [.hungUp, .failed]) { client.isGone = true }
    }
  }

  /// Whether some client has not taken everything.
  var isBehind: Bool { backlog.end > 0 }

  /// Whether there is no room for more before some client has taken something.
  var isFull: Bool { backlog.end >= Backlog.mark }

  /// Whether some client may have sent something.
  var hasInput: Bool {
    for client in clients where client.isReady && client.sendsInput { return true }
    return false
  }

  /// Whether some client neither sends nor takes any more.
  var hasGone: Bool {
    for client in clients where !client.takesOutput && !client.sendsInput { return true }
    return false
  }

  // MARK: Output

  /// Sends what a read brought to every client.
  mutating func distribute(
    _ kind: OutputKind, _ bytes: borrowing MappedBytes, at start: Int, count: Int, _ epoll: inout Epoll
  ) {
    if clients.isEmpty { return }
    var stored: Int?
    var isRefused = false
    for client in clients where client.takesOutput {
      var number = 0
      if client.place == nil {
        guard let stuck = send(kind, bytes, at: start, count: count, to: client) else { continue }
        number = stuck
      }
      if stored == nil && !isRefused {
        stored = backlog.append(kind, bytes, at: start, count: count)
        isRefused = stored == nil
      }
      guard let first = stored else {
        drop(client, "its backlog is full")
        continue
      }
      if client.place == nil { fallBehind(client, to: backlog.place(ofPacket: number, from: first), &epoll) }
    }
    removeGone()
  }

  /// Sends packets directly. Returns the number of the packet that found the queue full; nil when all went, or the
  /// client is gone.
  private func send(
    _ kind: OutputKind, _ bytes: borrowing MappedBytes, at start: Int, count: Int, to client: AttachClient
  ) -> Int? {
    var done = 0
    while done < count {
      let size = min(count - done, Backlog.packetSize)
      switch bytes.send(to: client.socket, first: kind.rawValue, from: start + done, count: size) {
      case .moved: done += size
      case .wouldBlock: return done / Backlog.packetSize
      case .ended, .failed:
        client.takesOutput = false
        return nil
      }
    }
    return nil
  }

  private func fallBehind(_ client: AttachClient, to place: Int, _ epoll: inout Epoll) {
    client.place = place
    client.watch(.monotonic())
    try? epoll.change(client.socket, AttachSocket.interest.union(.writable), token: client.token)
  }

  /// Goes on sending to the clients that are behind.
  mutating func catchUp(_ epoll: inout Epoll) {
    if !isBehind { return }
    for client in clients { catchUp(client, &epoll) }
    removeGone()
  }

  private func catchUp(_ client: AttachClient, _ epoll: inout Epoll) {
    while let place = client.place {
      if place >= backlog.end {
        client.place = nil
        try? epoll.change(client.socket, AttachSocket.interest, token: client.token)
        return
      }
      let packet = backlog.packet(at: place)
      switch backlog.bytes.send(to: client.socket, from: packet.start, count: packet.count) {
      case .moved:
        client.place = packet.next
        client.sent += packet.count
      case .wouldBlock: return
      case .ended, .failed:
        client.takesOutput = false
        client.place = nil
      }
    }
  }

  // MARK: Patience

  /// Milliseconds until the patience with some client is over; nil when nobody is waited for.
  func hold(_ now: Moment) -> Int64? { isFull ? patience(now) : nil }

  /// Milliseconds until the patience with some client is over; nil when nobody is behind.
  func patience(_ now: Moment) -> Int64? {
    var least: Int64?
    for client in clients where client.place != nil {
      let left = max(0, AttachSocket.patienceMilliseconds - now.milliseconds(since: client.watchedSince))
      least = min(least ?? left, left)
    }
    return least
  }

  /// Drops the clients that took too little in their span, and begins a new span for the others.
  mutating func judge(_ now: Moment) {
    for client in clients where client.place != nil {
      if now.milliseconds(since: client.watchedSince) < AttachSocket.patienceMilliseconds { continue }
      if client.taken < AttachSocket.leastPace {
        drop(client, "it has stopped reading")
      } else {
        client.watch(now)
      }
    }
    removeGone()
  }

  private func drop(_ client: AttachClient, _ reason: String) {
    messages.warn("dropping an attach client: " + reason)
    client.takesOutput = false
    client.sendsInput = false
    client.place = nil
  }

  /// Forgets the clients that neither send nor take, and the backlog when everybody has everything.
  mutating func removeGone() {
    clients.removeAll { !$0.takesOutput && !$0.sendsInput }
    if backlog.end > 0 && !clients.contains(where: { $0.place != nil }) { backlog.removeAll() }
  }

  // MARK: The end

  /// Takes no more clients, and closes those that have everything.
  mutating func closeServed() {
    listener = .absent
    clients.removeAll { $0.place == nil }
  }

  /// Lets the clients that read have what is left, then closes them all.
  mutating func close(_ epoll: inout Epoll) {
    closeServed()
    for client in clients where client.place != nil { client.watch(.monotonic()) }
    catchUp(&epoll)
    while isBehind {
      let wait = Int32(patience(.monotonic()) ?? 0)
      var entries = clients.filter { $0.place != nil }.map { PollEntry($0.socket.number, .writable) }
      _ = try? poll(&entries, timeoutMilliseconds: wait)
      catchUp(&epoll)
      judge(.monotonic())
    }
    clients = []
  }
}
