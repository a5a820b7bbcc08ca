// User namespaces and mapped owners in messages.

internal import CRIProtocol
internal import Pods

extension UserNamespaceOptions {
  init(_ message: Runtime_V1_UserNamespace) {
    self.init(
      mode: NamespaceMode(message.mode),
      map: OwnerMap(uids: message.uids.map { IDRange($0) }, gids: message.gids.map { IDRange($0) }))
  }

  /// As callers sent it.
  var message: Runtime_V1_UserNamespace {
    var message = Runtime_V1_UserNamespace()
    message.mode = mode.message
    message.uids = map.uids.map(\.message)
    message.gids = map.gids.map(\.message)
    return message
  }
}

extension IDRange {
  init(_ message: Runtime_V1_IDMapping) {
    self.init(containerID: message.containerID, hostID: message.hostID, size: message.length)
  }

  var message: Runtime_V1_IDMapping {
    var message = Runtime_V1_IDMapping()
    message.containerID = containerID
    message.hostID = hostID
    message.length = size
    return message
  }
}
