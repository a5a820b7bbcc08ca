// The images.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func listImages(
    request: Runtime_V1_ListImagesRequest, context: ServerContext
  ) async throws -> Runtime_V1_ListImagesResponse {
    try await answering {
      var response = Runtime_V1_ListImagesResponse()
      response.images = try await node.listImages(named: request.filter.image.image).map(\.message)
      return response
    }
  }
}
