// Calls of a running service.

internal import CRIProtocol
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import GRPCProtobuf
internal import SwiftProtobuf

/// What a service answered that it could not or would not do, or why it cannot be asked.
public struct ClientError: Error, Equatable, Sendable, CustomStringConvertible {
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// Calls of a running service over its socket.
public struct CRIClient: Sendable {
  private let client: GRPCClient<HTTP2ClientTransport.Posix>

  /// Connects for as long as the body runs.
  public static func connected<T: Sendable>(
    to socket: String, _ body: @Sendable (CRIClient) async throws -> T
  ) async throws -> T {
    let transport = try HTTP2ClientTransport.Posix(
      target: .unixDomainSocket(path: socket), transportSecurity: .plaintext)
    do {
      return try await withGRPCClient(transport: transport) { try await body(CRIClient(client: $0)) }
    } catch let error as RPCError {
      // Nobody listens: the socket is what the user can do something about.
      if error.code == .unavailable { throw ClientError("asking at '\(socket)': \(error.message)") }
      throw ClientError(error.message)
    }
  }

  /// One call with its answer.
  func call<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, as response: Response.Type, seconds: Int64 = 120
  ) async throws -> Response {
    var options = CallOptions.defaults
    options.timeout = .seconds(seconds)
    options.waitForReady = false
    options.maxResponseMessageBytes = CRIServer.messageLimit
    return try await client.unary(
      request: ClientRequest(message: request), descriptor: method, serializer: ProtobufSerializer<Request>(),
      deserializer: ProtobufDeserializer<Response>(), options: options
    ) { try $0.message }
  }
}

typealias RuntimeMethod = Runtime_V1_RuntimeService.Method
typealias ImageMethod = Runtime_V1_ImageService.Method
