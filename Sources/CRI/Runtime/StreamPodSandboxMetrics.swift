// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension RuntimeService {
  func streamPodSandboxMetrics(
    request: Runtime_V1_StreamPodSandboxMetricsRequest, response: RPCWriter<Runtime_V1_StreamPodSandboxMetricsResponse>,
    context: ServerContext
  ) async throws {
    let list = try await listPodSandboxMetrics(request: Runtime_V1_ListPodSandboxMetricsRequest(), context: context)
    try await response.write(list.podMetrics) { part in .with { $0.podSandboxMetrics = part } }
  }
}
