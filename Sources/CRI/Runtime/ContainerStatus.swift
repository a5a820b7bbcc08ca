// What is known of a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func containerStatus(
    request: Runtime_V1_ContainerStatusRequest, context: ServerContext
  ) async throws -> Runtime_V1_ContainerStatusResponse {
    try await answering {
      guard let record = node.published.container(request.containerID), record.state != .creating else {
        throw PodError(.notFound, "there is no container '\(request.containerID)'")
      }
      var response = Runtime_V1_ContainerStatusResponse()
      response.status = record.status
      if request.verbose { response.info = ["info": try await ContainerInfo(record, node).text()] }
      return response
    }
  }
}
