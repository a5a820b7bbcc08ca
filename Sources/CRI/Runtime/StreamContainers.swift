// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore

extension RuntimeService {
  func streamContainers(
    request: Runtime_V1_StreamContainersRequest, response: RPCWriter<Runtime_V1_StreamContainersResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListContainersRequest()
    if request.hasFilter { unary.filter = request.filter }
    var list = try await listContainers(request: unary, context: context)
    for part in list.containers.parts(of: 500) {
      list.containers = part
      var message = Runtime_V1_StreamContainersResponse()
      message.containers = list.containers
      try await response.write(message)
    }
  }
}
