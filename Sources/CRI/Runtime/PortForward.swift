// A URL for the ports of a pod.

internal import CRIProtocol
internal import GRPCCore
internal import Linux
internal import Pods
internal import Streaming

extension RuntimeService {
  func portForward(
    request: Runtime_V1_PortForwardRequest, context: ServerContext
  ) async throws -> Runtime_V1_PortForwardResponse {
    try await answering {
      let pod = try existing(pod: request.podSandboxID)
      guard pod.state == .ready else { throw PodError(.failedPrecondition, "the pod '\(pod.id)' is not ready") }
      let ports = request.port.compactMap { UInt16(exactly: $0) }.filter { $0 > 0 }
      // Each takes two of the channels that a byte can number.
      guard ports.count == request.port.count, ports.count <= 127 else {
        throw PodError(.invalidArgument, "port: expected at most 127 numbers from 1 to 65535")
      }
      let (node, id) = (node, pod.id)
      let forward = ForwardRequest(ports: ports) { port in
        try await streaming { OwnedDescriptor(Descriptor(owning: try await node.connect(pod: id, port: port))) }
      }
      var response = Runtime_V1_PortForwardResponse()
      response.url = try streamingServer.address(for: .forward(forward))
      return response
    }
  }
}
