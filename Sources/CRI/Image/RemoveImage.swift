// Removing an image.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func removeImage(
    request: Runtime_V1_RemoveImageRequest, context: ServerContext
  ) async throws -> Runtime_V1_RemoveImageResponse {
    try await answering {
      try await node.removeImage(named: request.image.image)
      return Runtime_V1_RemoveImageResponse()
    }
  }
}
