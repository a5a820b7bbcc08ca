// The version of the service.

internal import CRIProtocol
internal import GRPCCore

extension RuntimeService {
  func version(
    request: Runtime_V1_VersionRequest, context: ServerContext
  ) async throws -> Runtime_V1_VersionResponse {
    var response = Runtime_V1_VersionResponse()
    response.version = "0.1.0"
    response.runtimeName = "apus"
    response.runtimeVersion = version
    response.runtimeApiVersion = "v1"
    return response
  }
}
