// The pods.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func listPodSandbox(
    request: Runtime_V1_ListPodSandboxRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListPodSandboxResponse {
    var response = Runtime_V1_ListPodSandboxResponse()
    let filter = request.filter
    response.items = node.published.pods.filter { pod in
      pod.matches(filter.id, filter.labelSelector) && (!filter.hasState || filter.state.state == pod.stateMessage)
    }
    .sorted { $0.created > $1.created }.map(\.item)
    return response
  }
}
