// The service on its socket.

internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
public import Linux
internal import NIOPosix
public import Pods
public import Streaming

/// The service on its socket.
public struct CRIServer: Sendable {
  /// What peers allow, too: lists of big nodes and the output of commands go beyond the usual 4 MiB.
  static let messageLimit = 80 << 20

  private let server: GRPCServer<HTTP2ServerTransport.Posix>

  /// - Parameters:
  ///   - streaming: has been started.
  ///   - socket: bound, and served from here on.
  ///   - version: of the program.
  public init(
    _ node: Node, _ streaming: StreamingServer, on socket: consuming Descriptor, version: String, report: Report
  ) {
    var config = HTTP2ServerTransport.Posix.Config.defaults
    config.rpc.maxRequestPayloadSize = CRIServer.messageLimit
    let transport = HTTP2ServerTransport.Posix(
      listeningSocketDescriptor: Int(socket.release()), transportSecurity: .plaintext, config: config,
      eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1))
    server = GRPCServer(
      transport: transport,
      services: [
        RuntimeService(node: node, streamingServer: streaming, version: version, report: report),
        ImageService(node: node),
      ],
      interceptors: [CallLog(report: report)])
  }

  /// Serves until it is told to stop.
  public func serve() async throws { try await server.serve() }

  /// Takes no more calls; those that run are finished.
  public func stop() { server.beginGracefulShutdown() }
}
