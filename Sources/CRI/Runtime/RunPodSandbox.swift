// Making a pod.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func runPodSandbox(
    request: Runtime_V1_RunPodSandboxRequest, context: ServerContext
  ) async throws -> Runtime_V1_RunPodSandboxResponse {
    try await answering {
      var configuration = PodConfiguration(request.config)
      configuration.runtimeHandler = request.runtimeHandler
      var response = Runtime_V1_RunPodSandboxResponse()
      response.podSandboxID = try await node.runPod(configuration)
      return response
    }
  }
}
