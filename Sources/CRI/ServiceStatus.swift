// What a running service says about itself.

internal import CRIProtocol
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import GRPCProtobuf

/// What a running service says about itself.
public struct ServiceStatus: Sendable {
  public struct Condition: Sendable {
    public let type: String
    public let isMet: Bool
    public let message: String
  }

  public let runtimeName: String
  public let runtimeVersion: String
  public let conditions: [Condition]

  /// Asks the service of a socket.
  public static func ask(_ socket: String) async throws -> ServiceStatus {
    let transport = try HTTP2ClientTransport.Posix(
      target: .unixDomainSocket(path: socket), transportSecurity: .plaintext)
    return try await withGRPCClient(transport: transport) { client in
      var options = CallOptions.defaults
      options.timeout = .seconds(10)
      options.waitForReady = false
      let version = try await client.unary(
        request: ClientRequest(message: Runtime_V1_VersionRequest()),
        descriptor: Runtime_V1_RuntimeService.Method.Version.descriptor,
        serializer: ProtobufSerializer<Runtime_V1_VersionRequest>(),
        deserializer: ProtobufDeserializer<Runtime_V1_VersionResponse>(), options: options
      ) { try $0.message }
      let status = try await client.unary(
        request: ClientRequest(message: Runtime_V1_StatusRequest()),
        descriptor: Runtime_V1_RuntimeService.Method.Status.descriptor,
        serializer: ProtobufSerializer<Runtime_V1_StatusRequest>(),
        deserializer: ProtobufDeserializer<Runtime_V1_StatusResponse>(), options: options
      ) { try $0.message }
      return ServiceStatus(
        runtimeName: version.runtimeName, runtimeVersion: version.runtimeVersion,
        conditions: status.status.conditions.map { Condition(type: $0.type, isMet: $0.status, message: $0.message) })
    }
  }
}
