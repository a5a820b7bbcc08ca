// The socket over which the runtime hands over the container's terminal.

import Linux

/// The socket over which the runtime hands over the container's terminal: one connection, one descriptor.
struct ConsoleSocket: ~Copyable {
  /// Nil until the socket is there.
  private(set) var path: String?
  private var listener = Descriptor.absent
  private var connection = Descriptor.absent

  /// Listens in the directory for temporary files, under a name that nobody has.
  mutating func open(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    let socket = try Descriptor.socket(.stream)
    var folder = environmentValue("TMPDIR") ?? environmentValue("TMP") ?? environmentValue("TEMP") ?? "/tmp"
    // The runtime connects by the path, which the kernel takes up to 107 bytes long.
    if folder.isEmpty || folder.utf8.count > 80 { folder = "/tmp" }
    let mask = setFileModeMask(0o077)
    defer { setFileModeMask(mask) }
    var attempt = Moment.now().nanoseconds
    while path == nil {
      let name = folder + "/conmon-term.\(currentProcessID())-\(attempt)"
      do {
        try socket.bind(name)
        path = name
      } catch {
        if error.errno != Errno(rawValue: 98 /* EADDRINUSE */) { throw error }
        attempt += 1
      }
    }
    try socket.listen(backlog: 1)
    try epoll.add(socket, [.readable, .edge], token: token)
    listener = socket
  }

  /// Takes the terminal if it is there, else nothing.
  mutating func receive(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) -> Descriptor {
    if !connection.isOpen {
      guard listener.isOpen, let accepted = try listener.accept() else { return .absent }
      connection = accepted
      closeListener()
      try epoll.add(connection, [.readable, .edge], token: token)
    }
    do throws(SystemCallError) {
      var message = try connection.receive(limit: 4096)
      connection = .absent
      guard let terminal = message.takeDescriptor() else {
        throw SystemCallError(call: "recvmsg", errno: .noData)
      }
      try ConsoleSocket.prepare(terminal)
      return terminal
    } catch {
      if error.errno == .tryAgain { return .absent }
      throw error
    }
  }

  /// A newline on output becomes a carriage return and a newline, as callers of Kubernetes expect.
  private static func prepare(_ terminal: borrowing Descriptor) throws(SystemCallError) {
    // A descriptor that is no terminal is read all the same, as long as it can be.
    guard var mode = try? terminal.terminalMode() else { return }
    mode.setCarriageReturns()
    try? terminal.setTerminalMode(mode)
  }

  /// Nobody else is to connect.
  mutating func closeListener() {
    guard listener.isOpen, let path else { return }
    listener = .absent
    // Somebody who cleans up temporary files may have been faster.
    try? Descriptor.workingDirectory.removeFile(path)
  }
}
