// The half of the service that keeps images.

internal import CRIProtocol
internal import GRPCCore
internal import Pods

/// The half of the service that keeps images.
struct ImageService: Runtime_V1_ImageService.SimpleServiceProtocol {
  let node: Node
}

extension NodeImage {
  var message: Runtime_V1_Image {
    var message = Runtime_V1_Image()
    message.id = id
    message.repoTags = tags
    message.repoDigests = digests
    message.size = size
    if let uid { message.uid.value = uid }
    message.username = username ?? ""
    message.spec.image = id
    message.pinned = isPinned
    return message
  }
}
