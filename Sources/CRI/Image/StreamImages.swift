// A list that is too long for one message.

internal import CRIProtocol
internal import GRPCCore
internal import SwiftProtobuf

extension ImageService {
  func streamImages(
    request: Runtime_V1_StreamImagesRequest, response: RPCWriter<Runtime_V1_StreamImagesResponse>,
    context: ServerContext
  ) async throws {
    var unary = Runtime_V1_ListImagesRequest()
    if request.hasFilter { unary.filter = request.filter }
    let list = try await listImages(request: unary, context: context)
    try await response.write(list.images) { part in .with { $0.images = part } }
  }
}
