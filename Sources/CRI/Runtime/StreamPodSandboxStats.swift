// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension RuntimeService {
  func streamPodSandboxStats(
    request: Runtime_V1_StreamPodSandboxStatsRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxStatsResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListPodSandboxStatsRequest()
    if request.hasFilter { unary.filter = request.filter }
    let list = try await listPodSandboxStats(request: unary, context: context)
    try await response.write(list.stats) { part in .with { $0.podSandboxStats = part } }
  }
}
