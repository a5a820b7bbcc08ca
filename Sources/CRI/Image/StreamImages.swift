// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore

extension ImageService {
  func streamImages(
    request: Runtime_V1_StreamImagesRequest, response: RPCWriter<Runtime_V1_StreamImagesResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListImagesRequest()
    if request.hasFilter { unary.filter = request.filter }
    var list = try await listImages(request: unary, context: context)
    for part in list.images.parts(of: 500) {
      list.images = part
      var message = Runtime_V1_StreamImagesResponse()
      message.images = list.images
      try await response.write(message)
    }
  }
}
