// What the kubelet has to agree with.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func runtimeConfig(
    request: Runtime_V1_RuntimeConfigRequest, context: ServerContext
  ) async throws -> Runtime_V1_RuntimeConfigResponse {
    var response = Runtime_V1_RuntimeConfigResponse()
    response.linux.cgroupDriver = node.settings.usesSystemdCgroups ? .systemd : .cgroupfs
    return response
  }
}
