// What the kubelet decides while the daemon runs.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func updateRuntimeConfig(
    request: Runtime_V1_UpdateRuntimeConfigRequest, context: ServerContext
  ) async throws -> Runtime_V1_UpdateRuntimeConfigResponse {
    // The range of addresses of the node's pods: it stands in the configuration of the network here, which its own
    // administrator writes.
    let range = request.runtimeConfig.networkConfig.podCidr
    if !range.isEmpty { report("the kubelet names the pods' addresses \(range); the network's configuration decides") }
    return Runtime_V1_UpdateRuntimeConfigResponse()
  }
}
