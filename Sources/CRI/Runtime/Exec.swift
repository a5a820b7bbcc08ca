// A URL for a command in a container.

internal import CRIProtocol
internal import GRPCCore
internal import Pods
internal import Streaming

extension RuntimeService {
  func exec(request: Runtime_V1_ExecRequest, context: ServerContext) async throws -> Runtime_V1_ExecResponse {
    try await answering {
      let selection = try StreamSelection(request)
      try node.checkRunning(container: request.containerID)
      if request.cmd.isEmpty { throw PodError(.invalidArgument, "cmd: is empty") }
      let (node, id, words) = (node, request.containerID, request.cmd)
      let streams = ExecStreams(selection)
      let command = CommandRequest(
        "executing command in container", streams: selection, ends: request.tty ? .terminal : .pipes
      ) {
        try await streaming { StreamedCommand(try await node.exec(id, words, streams)) }
      }
      var response = Runtime_V1_ExecResponse()
      response.url = try streamingServer.address(for: .exec(command))
      return response
    }
  }
}
