// What the kubelet has set for a whole pod.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func updatePodSandboxResources(
    request: Runtime_V1_UpdatePodSandboxResourcesRequest, context: ServerContext
  ) async throws -> Runtime_V1_UpdatePodSandboxResourcesResponse {
    try await answering {
      try await node.updateResources(
        ofPod: request.podSandboxID,
        resources: request.hasResources ? ContainerResources(request.resources) : nil,
        overhead: request.hasOverhead ? ContainerResources(request.overhead) : nil)
      return Runtime_V1_UpdatePodSandboxResourcesResponse()
    }
  }
}
