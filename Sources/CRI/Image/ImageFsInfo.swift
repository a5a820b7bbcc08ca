// How much room images and containers take.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func imageFsInfo(
    request: Runtime_V1_ImageFsInfoRequest, context: ServerContext
  ) async throws -> Runtime_V1_ImageFsInfoResponse {
    try await answering {
      let use = try await node.imageStorage()
      var usage = Runtime_V1_FilesystemUsage()
      usage.timestamp = Clock.nanoseconds()
      usage.fsID.mountpoint = use.path
      usage.usedBytes.value = use.bytes
      usage.inodesUsed.value = use.inodes
      var response = Runtime_V1_ImageFsInfoResponse()
      response.imageFilesystems = [usage]
      response.containerFilesystems = [usage]
      return response
    }
  }
}
