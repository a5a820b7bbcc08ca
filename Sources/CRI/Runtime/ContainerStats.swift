// What a container uses.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func containerStats(
    request: Runtime_V1_ContainerStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ContainerStatsResponse {
    try await answering {
      var response = Runtime_V1_ContainerStatsResponse()
      response.stats = try await node.usage(ofContainer: request.containerID).message
      return response
    }
  }
}
