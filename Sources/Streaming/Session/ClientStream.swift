// One stream of a connection to a client.

internal import NIOCore

/// One stream of a connection to a client: a stream of SPDY, or a channel of WebSocket. Belongs to the event loop of
/// its connection, as all of this folder does.
final class ClientStream {
  let id: UInt32
  /// By their names in lower case.
  let headers: [String: String]
  /// Whether the client sends no more on it.
  var hasEnded = false
  /// Whether nothing more is sent on it.
  var isFinished = false

  init(id: UInt32, headers: [String: String]) {
    self.id = id
    self.headers = headers
  }

  /// What it carries: `error`, `stdin`, `stdout`, `stderr`, `resize` or `data`.
  var kind: String { headers["streamtype"]?.lowercased() ?? "" }
}

/// A connection to a client that carries streams.
protocol ClientWire: AnyObject {
  /// Whether the client takes what is sent; otherwise it waits in memory.
  var isWritable: Bool { get }
  func send(_ bytes: ByteBuffer, on stream: ClientStream)
  /// Says that nothing more comes on a stream.
  func finish(_ stream: ClientStream)
  /// Ends a stream in both directions at once.
  func reset(_ stream: ClientStream)
  /// Whether anything is read from the client. While it is not, the client soon waits.
  func setReading(_ isReading: Bool)
  /// Ends the connection when everything has been sent.
  func close()
}

/// What goes on over a connection.
protocol ClientSession: AnyObject {
  /// Called once, before anything else.
  func begin(on wire: any ClientWire, _ loop: any EventLoop)
  /// - Returns: whether a stream is wanted.
  func accept(_ stream: ClientStream) -> Bool
  func receive(_ bytes: ByteBuffer, on stream: ClientStream)
  /// The client sends no more on a stream.
  func end(of stream: ClientStream)
  /// The client has no use for a stream any more.
  func reset(_ stream: ClientStream)
  /// The client takes what is sent again, or no longer.
  func writabilityChanged(_ isWritable: Bool)
  /// The client is gone. Called once, after everything else.
  func connectionClosed()
}
