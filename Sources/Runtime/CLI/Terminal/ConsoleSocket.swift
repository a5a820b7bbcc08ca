// Unix sockets of the caller that wait for a descriptor.

public import Linux

/// A Unix socket of the caller that waits for one descriptor: the master of a terminal, or a pidfd.
public struct ConsoleSocket: ~Copyable {
  private let socket: Descriptor

  /// Connects; done while validating, so that a wrong path fails before anything is made.
  public init(connectingTo path: String) throws(RuntimeError) {
    socket = try doing("connect to the socket that waits for a descriptor") {
      () throws(SystemCallError) -> Descriptor in try Descriptor.connect(to: path)
    }
  }

  /// A socket that is connected already, such as one end of a pair.
  public init(_ socket: consuming Descriptor) { self.socket = socket }

  /// The number of the socket, to be handed to a call while this value is alive.
  public var number: Int32 { socket.number }

  /// Sends the descriptor once. Its name is the message, as receivers of runc name the file after it.
  public consuming func send(_ descriptor: borrowing Descriptor, name: String) throws(SystemCallError) {
    try socket.send([UInt8](name.utf8), descriptors: [descriptor.number])
  }
}
