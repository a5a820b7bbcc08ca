// Removing a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func removeContainer(
    request: Runtime_V1_RemoveContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_RemoveContainerResponse {
    try await answering {
      try await node.removeContainer(request.containerID)
      return Runtime_V1_RemoveContainerResponse()
    }
  }
}
