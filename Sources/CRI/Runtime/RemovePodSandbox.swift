// Removing a pod.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func removePodSandbox(
    request: Runtime_V1_RemovePodSandboxRequest, context: ServerContext
  ) async throws -> Runtime_V1_RemovePodSandboxResponse {
    try await answering {
      try await node.removePod(request.podSandboxID)
      return Runtime_V1_RemovePodSandboxResponse()
    }
  }
}
