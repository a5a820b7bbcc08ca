// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension RuntimeService {
  func streamContainerStats(
    request: Runtime_V1_StreamContainerStatsRequest, response: RPCWriter<Runtime_V1_StreamContainerStatsResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListContainerStatsRequest()
    if request.hasFilter { unary.filter = request.filter }
    let list = try await listContainerStats(request: unary, context: context)
    try await response.write(list.stats) { part in .with { $0.containerStats = part } }
  }
}
