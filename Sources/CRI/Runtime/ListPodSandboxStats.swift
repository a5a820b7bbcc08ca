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
      response.stats = try await node.usage(ofPodsWhere: { pod in
        (filter.id.isEmpty || pod.id.hasPrefix(filter.id))
          && Labels.match(pod.configuration.labels, filter.labelSelector)
      }).map(\.message)
      return response
    }
  }
}
