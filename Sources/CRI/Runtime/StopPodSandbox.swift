// Stopping a pod.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func stopPodSandbox(
    request: Runtime_V1_StopPodSandboxRequest, context: ServerContext
  ) async throws -> Runtime_V1_StopPodSandboxResponse {
    try await answering {
      try await node.stopPod(request.podSandboxID)
      return Runtime_V1_StopPodSandboxResponse()
    }
  }
}
