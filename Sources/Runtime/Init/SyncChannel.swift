// The two ends of the conversation between the parent and the container's own process.

import Linux

/// The parent's end: it can send only what a parent says.
struct ParentChannel: ~Copyable {
  let socket: Descriptor

  init(socket: consuming Descriptor) { self.socket = socket }

  func send(_ message: ParentMessage) throws(SystemCallError) {
    try socket.send(message.packet)
  }

  /// Borrowed, the tree stays open until the message is sent; by its number alone it would not.
  func send(_ tree: borrowing MountTree) throws(SystemCallError) {
    try socket.send(ParentMessage.source.packet, descriptors: [tree.root.number])
  }

  /// The next message; nil when the child closed its end, by execve(2) or by dying.
  func receive() throws(SystemCallError) -> ChildMessage? {
    let received: ReceivedMessage
    do {
      received = try socket.receive(limit: packetLimit)
    } catch {
      // The child died with something unread.
      if error.errno == .connectionReset { return nil }
      throw error
    }
    if received.bytes.isEmpty { return nil }
    guard let message = ChildMessage(packet: received.bytes) else {
      throw SystemCallError(call: "recvmsg", subject: "setup socket", errno: Errno(rawValue: 71))
    }
    return message
  }
}

/// The child's end.
struct ChildChannel: ~Copyable {
  let socket: Descriptor

  init(socket: consuming Descriptor) { self.socket = socket }

  /// By write(2), here and read(2) below: the user's filter may be in force, and has to allow them for any program.
  /// SIGPIPE ends this process when the parent is gone, who is all that it lives for.
  func send(_ message: ChildMessage) throws(SystemCallError) {
    try socket.writeAll(message.packet, subject: "setup socket")
  }

  /// Waits for the parent's next message. The parent's death is an error.
  func receive() throws(SetupFailure) -> ParentMessage {
    let packet = try calling { () throws(SystemCallError) in
      try socket.read(upTo: packetLimit, subject: "setup socket")
    }
    guard let message = ParentMessage(packet: packet) else {
      throw .refused("the runtime ended before the container was ready")
    }
    return message
  }

  /// Waits for the tree that was asked for.
  func receiveSource() throws(SetupFailure) -> MountTree {
    var received = try calling { () throws(SystemCallError) in try socket.receive(limit: packetLimit) }
    switch ParentMessage(packet: received.bytes) {
    case .sourceRefused(let text): throw .refused(text)
    case .source:
      if let tree = received.takeDescriptor() { return MountTree(root: tree) }
      throw InitProcess.unexpected
    default: throw InitProcess.unexpected
    }
  }

  /// True when the parent is gone.
  func isHungUp() throws(SystemCallError) -> Bool {
    var entries = [PollEntry(socket.number, [])]
    try poll(&entries, timeoutMilliseconds: 0)
    return !entries[0].returned.isDisjoint(with: [.hungUp, .failed])
  }
}
