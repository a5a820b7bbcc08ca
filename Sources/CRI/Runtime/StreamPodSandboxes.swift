// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension RuntimeService {
  func streamPodSandboxes(
    request: Runtime_V1_StreamPodSandboxesRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxesResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListPodSandboxRequest()
    if request.hasFilter { unary.filter = request.filter }
    let list = try await listPodSandbox(request: unary, context: context)
    try await response.write(list.items) { part in .with { $0.podSandboxes = part } }
  }
}
