// Opening a log anew after it was moved away.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func reopenContainerLog(
    request: Runtime_V1_ReopenContainerLogRequest, context: ServerContext
  ) async throws -> Runtime_V1_ReopenContainerLogResponse {
    try await answering {
      try await node.reopenLog(of: request.containerID)
      return Runtime_V1_ReopenContainerLogResponse()
    }
  }
}
