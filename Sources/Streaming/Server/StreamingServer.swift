// The server that clients bring their URLs to.

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// The server to which clients bring the URLs that they were given, by SPDY or WebSocket.
public final class StreamingServer: Sendable {
  private let settings: StreamingSettings
  private let group: MultiThreadedEventLoopGroup
  private let tokens: TokenTable
  private let work = OpenWork()
  private let tls: NIOSSLContext?
  private let state = Mutex(State())

  private struct State {
    var listener: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isStopping = false
  }

  /// Reads the files of TLS. Nothing is listened to before `start`.
  public init(_ settings: StreamingSettings) throws(StreamingError) {
    self.settings = settings
    tokens = TokenTable(settings)
    tls = settings.usesTLS ? try ServerCertificate.context(settings) : nil
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  }

  /// Begins to listen.
  public func start() async throws(StreamingError) {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try self.prepare(channel) }
      }
    do {
      let listener = try await bootstrap.bind(host: settings.address, port: settings.port).get()
      state.withLock { $0.listener = listener }
    } catch {
      throw StreamingError("listening on '\(settings.address)' port \(settings.port): \(error)")
    }
  }

  /// The port that clients connect to; 0 before `start`.
  public var port: Int { state.withLock { $0.listener }?.localAddress?.port ?? 0 }

  /// Connections that are open, and what goes on for them or for those that were.
  public var load: Int { state.withLock { $0.connections.count } + work.count }

  /// A URL that is good for one client, and for a minute.
  public func url(for request: StreamingRequest) throws(StreamingError) -> String {
    guard let token = tokens.add(request) else { throw StreamingError("too many requests wait for their clients") }
    let wildcards = ["": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"]
    let address = wildcards[settings.address] ?? settings.address
    let host = address.contains(":") ? "[\(address)]" : address
    return "\(tls == nil ? "http" : "https")://\(host):\(port)/\(request.path)/\(token)"
  }

  /// Takes no more clients and ends the connections that there are.
  public func stop() async {
    let (listener, connections) = state.withLock { state in
      state.isStopping = true
      return (state.listener, Array(state.connections.values))
    }
    try? await listener?.close()
    for connection in connections { try? await connection.close() }
    // What was begun for them ends soon: commands are killed, connections to ports have a limit.
    let end = ContinuousClock.now + .seconds(15)
    while work.count > 0, .now < end { try? await Task.sleep(for: .milliseconds(10)) }
    try? await group.shutdownGracefully()
  }

  private func prepare(_ channel: any Channel) throws {
    let id = ObjectIdentifier(channel)
    let isStopping = state.withLock { state in
      if !state.isStopping { state.connections[id] = channel }
      return state.isStopping
    }
    if isStopping { throw ChannelError.ioOnClosedChannel }
    channel.closeFuture.whenComplete { _ in self.state.withLock { $0.connections[id] = nil } }
    let pipeline = channel.pipeline.syncOperations
    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
    let encoder = HTTPResponseEncoder()
    try pipeline.addHandler(encoder)
    try pipeline.addHandler(decoder)
    let idle = TimeAmount.seconds(Int64(settings.idleTimeoutSeconds))
    try pipeline.addHandler(RequestHandler(tokens, work, encoder, decoder, idleTimeout: idle))
  }
}
