// What is known of a pod.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func podSandboxStatus(
    request: Runtime_V1_PodSandboxStatusRequest, context: ServerContext
  ) async throws -> Runtime_V1_PodSandboxStatusResponse {
    try await answering {
      let pod = try existing(pod: request.podSandboxID)
      var response = Runtime_V1_PodSandboxStatusResponse()
      response.status = pod.status
      response.containersStatuses = node.published.containers.filter { $0.podID == pod.id }.map(\.status)
      response.timestamp = Clock.nanoseconds()
      if request.verbose { response.info = ["info": PodInfo(pod, node).text] }
      return response
    }
  }
}
