// Running a command in a container.

internal import CRIProtocol
internal import Foundation
internal import GRPCCore
internal import Pods

extension RuntimeService {
  func execSync(
    request: Runtime_V1_ExecSyncRequest, context: ServerContext
  ) async throws -> Runtime_V1_ExecSyncResponse {
    try await answering {
      let result = try await node.execSync(request.containerID, request.cmd, timeoutSeconds: request.timeout)
      var response = Runtime_V1_ExecSyncResponse()
      response.stdout = Data(result.output)
      response.stderr = Data(result.errors)
      response.exitCode = result.exitCode
      return response
    }
  }
}
