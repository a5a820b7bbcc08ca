// Stopping a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func stopContainer(
    request: Runtime_V1_StopContainerRequest, context: ServerContext
  ) async throws -> Runtime_V1_StopContainerResponse {
    try await answering {
      try await node.stopContainer(request.containerID, graceSeconds: request.timeout)
      return Runtime_V1_StopContainerResponse()
    }
  }
}
