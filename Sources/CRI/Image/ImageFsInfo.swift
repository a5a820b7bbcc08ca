// How much room images take, and what containers changed.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

extension ImageService {
  func imageFsInfo(
    request: Runtime_V1_ImageFsInfoRequest, context: ServerContext
  ) async throws -> Runtime_V1_ImageFsInfoResponse {
    try await answering {
      let use = try await node.storage()
      var response = Runtime_V1_ImageFsInfoResponse()
      response.imageFilesystems = [usage(use.images)]
      response.containerFilesystems = [usage(use.containers)]
      return response
    }
  }

  private func usage(_ use: StorageUse) -> Runtime_V1_FilesystemUsage {
    var usage = Runtime_V1_FilesystemUsage()
    usage.timestamp = Clock.nanoseconds()
    usage.fsID.mountpoint = use.path
    usage.usedBytes.value = use.bytes
    usage.inodesUsed.value = use.inodes
    return usage
  }
}
