// Bringing an image here.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func pullImage(
    request: Runtime_V1_PullImageRequest, context: ServerContext
  ) async throws -> Runtime_V1_PullImageResponse {
    try await answering {
      guard !request.image.image.isEmpty else { throw PodError(.invalidArgument, "image.image: is empty") }
      var response = Runtime_V1_PullImageResponse()
      response.imageRef = try await node.pullImage(request.image.image, ImageCredentials(request.auth))
      return response
    }
  }
}

extension ImageCredentials {
  /// Nil when the caller sent none.
  fileprivate init?(_ message: Runtime_V1_AuthConfig) {
    self.init()
    username = message.username
    password = message.password
    encoded = message.auth
    server = message.serverAddress
    identityToken = message.identityToken
    registryToken = message.registryToken
    if self == ImageCredentials() { return nil }
  }
}
