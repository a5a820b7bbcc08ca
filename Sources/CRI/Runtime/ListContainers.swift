// The containers.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func listContainers(
    request: Runtime_V1_ListContainersRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListContainersResponse {
    var response = Runtime_V1_ListContainersResponse()
    let filter = request.filter
    response.containers = node.published.containers.filter { container in
      container.matches(filter.id, pod: filter.podSandboxID, filter.labelSelector)
        && (!filter.hasState || filter.state.state == container.stateMessage)
    }
    .sorted { $0.created > $1.created }.map(\.item)
    return response
  }
}
