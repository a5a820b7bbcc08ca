// Making a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func createContainer(
    request: Runtime_V1_CreateContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_CreateContainerResponse {
    try await answering {
      var response = Runtime_V1_CreateContainerResponse()
      response.containerID = try await node.createContainer(
        inPod: request.podSandboxID, try ContainerConfiguration(request.config))
      return response
    }
  }
}
