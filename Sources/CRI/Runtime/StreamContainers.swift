// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension RuntimeService {
  func streamContainers(
    request: Runtime_V1_StreamContainersRequest, response: RPCWriter<Runtime_V1_StreamContainersResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListContainersRequest()
    if request.hasFilter { unary.filter = request.filter }
    let list = try await listContainers(request: unary, context: context)
    try await response.write(list.containers) { part in .with { $0.containers = part } }
  }
}
