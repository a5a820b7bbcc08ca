// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore

extension RuntimeService {
  func streamPodSandboxes(
    request: Runtime_V1_StreamPodSandboxesRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxesResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListPodSandboxRequest()
    if request.hasFilter { unary.filter = request.filter }
    var list = try await listPodSandbox(request: unary, context: context)
    for part in list.items.parts(of: 500) {
      list.items = part
      var message = Runtime_V1_StreamPodSandboxesResponse()
      message.podSandboxes = list.items
      try await response.write(message)
    }
  }
}
