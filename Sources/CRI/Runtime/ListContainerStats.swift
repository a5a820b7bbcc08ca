// What the containers use that have not ended.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func listContainerStats(
    request: Runtime_V1_ListContainerStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListContainerStatsResponse {
    try await answering {
      let filter = request.filter
      var response = Runtime_V1_ListContainerStatsResponse()
      response.stats = try await node.usage(ofContainersWhere: {
        $0.matches(filter.id, pod: filter.podSandboxID, filter.labelSelector)
      }).map(\.message)
      return response
    }
  }
}
