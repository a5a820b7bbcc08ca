// What is known of an image.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func imageStatus(
    request: Runtime_V1_ImageStatusRequest, context: ServerContext
  ) async throws -> Runtime_V1_ImageStatusResponse {
    try await answering {
      guard !request.image.image.isEmpty else { throw PodError(.invalidArgument, "image.image: is empty") }
      var response = Runtime_V1_ImageStatusResponse()
      guard let found = try await node.image(named: request.image.image) else { return response }
      response.image = found.image.message
      if request.verbose { response.info = ["info": ImageInfo(found.configuration).text] }
      return response
    }
  }
}
