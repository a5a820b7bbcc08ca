// Starting a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func startContainer(
    request: Runtime_V1_StartContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_StartContainerResponse {
    try await answering {
      try await node.startContainer(request.containerID)
      return Runtime_V1_StartContainerResponse()
    }
  }
}
