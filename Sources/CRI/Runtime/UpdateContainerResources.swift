// Changing the limits of a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func updateContainerResources(
    request: Runtime_V1_UpdateContainerResourcesRequest, context: ServerContext
  ) async throws -> Runtime_V1_UpdateContainerResourcesResponse {
    try await answering {
      try await node.updateResources(of: request.containerID, ContainerResources(request.linux))
      return Runtime_V1_UpdateContainerResourcesResponse()
    }
  }
}
