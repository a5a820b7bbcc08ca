// What a pod uses.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func podSandboxStats(
    request: Runtime_V1_PodSandboxStatsRequest, context: ServerContext
  ) async throws -> Runtime_V1_PodSandboxStatsResponse {
    try await answering {
      var response = Runtime_V1_PodSandboxStatsResponse()
      response.stats = try await node.usage(ofPod: request.podSandboxID).message
      return response
    }
  }
}
