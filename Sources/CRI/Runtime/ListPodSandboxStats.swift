// What the pods use.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func listPodSandboxStats(
    request: Runtime_V1_ListPodSandboxStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListPodSandboxStatsResponse {
    try await answering {
      let filter = request.filter
      var response = Runtime_V1_ListPodSandboxStatsResponse()
      response.stats = try await node.usage(ofPodsWhere: { $0.matches(filter.id, filter.labelSelector) })
        .map(\.message)
      return response
    }
  }
}
