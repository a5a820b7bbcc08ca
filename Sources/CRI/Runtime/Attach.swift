// A URL for the streams of a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods
internal import Streaming

extension RuntimeService {
  func attach(request: Runtime_V1_AttachRequest, context: ServerContext) async throws -> Runtime_V1_AttachResponse {
    try await answering {
      let selection = try StreamSelection(request)
      try node.checkRunning(container: request.containerID)
      let (node, id) = (node, request.containerID)
      let command = CommandRequest("attaching to container", streams: selection, ends: .packets) {
        try await streaming { StreamedAttachment(try await node.attach(id)) }
      }
      var response = Runtime_V1_AttachResponse()
      response.url = try streamingServer.address(for: .attach(command))
      return response
    }
  }
}
