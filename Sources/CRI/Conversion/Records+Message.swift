// What callers read about pods and containers.

internal import CRIProtocol
internal import Pods

extension PodRecord {
  private var metadataMessage: Runtime_V1_PodSandboxMetadata {
    var message = Runtime_V1_PodSandboxMetadata()
    message.name = configuration.metadata.name
    message.uid = configuration.metadata.uid
    message.namespace = configuration.metadata.namespace
    message.attempt = configuration.metadata.attempt
    return message
  }

  var stateMessage: Runtime_V1_PodSandboxState { state == .ready ? .sandboxReady : .sandboxNotready }

  /// As an entry of a list.
  var item: Runtime_V1_PodSandbox {
    var item = Runtime_V1_PodSandbox()
    item.id = id
    item.metadata = metadataMessage
    item.state = stateMessage
    item.createdAt = created
    item.labels = configuration.labels
    item.annotations = configuration.annotations
    item.runtimeHandler = configuration.runtimeHandler
    return item
  }

  var status: Runtime_V1_PodSandboxStatus {
    var status = Runtime_V1_PodSandboxStatus()
    status.id = id
    status.metadata = metadataMessage
    status.state = stateMessage
    status.createdAt = created
    if let first = addresses.first {
      status.network.ip = first
      status.network.additionalIps = addresses.dropFirst().map { address in
        var item = Runtime_V1_PodIP()
        item.ip = address
        return item
      }
    } else {
      status.network = Runtime_V1_PodSandboxNetworkStatus()
    }
    status.linux.namespaces.options = configuration.namespaces.message
    status.labels = configuration.labels
    status.annotations = configuration.annotations
    status.runtimeHandler = configuration.runtimeHandler
    return status
  }
}

extension ContainerRecord {
  private var metadataMessage: Runtime_V1_ContainerMetadata {
    var message = Runtime_V1_ContainerMetadata()
    message.name = configuration.metadata.name
    message.attempt = configuration.metadata.attempt
    return message
  }

  var stateMessage: Runtime_V1_ContainerState {
    switch state {
    case .creating, .created: .containerCreated
    case .running: .containerRunning
    case .exited: .containerExited
    case .unknown: .containerUnknown
    }
  }

  /// As an entry of a list.
  var item: Runtime_V1_Container {
    var item = Runtime_V1_Container()
    item.id = id
    item.podSandboxID = podID
    item.metadata = metadataMessage
    item.image = configuration.image.message
    item.imageRef = imageReference
    item.imageID = imageID
    item.state = stateMessage
    item.createdAt = created
    item.labels = configuration.labels
    item.annotations = configuration.annotations
    return item
  }

  var status: Runtime_V1_ContainerStatus {
    var status = Runtime_V1_ContainerStatus()
    status.id = id
    status.metadata = metadataMessage
    status.state = stateMessage
    status.createdAt = created
    status.startedAt = started
    status.finishedAt = finished
    status.exitCode = exitCode
    status.image = configuration.image.message
    status.imageRef = imageReference
    status.imageID = imageID
    status.reason = reason
    status.message = message
    status.labels = configuration.labels
    status.annotations = configuration.annotations
    status.mounts = mounts.map(\.message)
    status.logPath = logPath
    if let resources { status.resources.linux = resources.message }
    status.user.linux.uid = Int64(user.uid)
    status.user.linux.gid = Int64(user.gid)
    status.user.linux.supplementalGroups = user.groups.map(Int64.init)
    status.stopSignal = SignalNames.signal(stopSignal)
    return status
  }
}
