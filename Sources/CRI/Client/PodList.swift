// The pods and containers of a running service.

internal import CRIProtocol
internal import GRPCCore
internal import Linux

/// A pod of a running service.
public struct ListedPod: Equatable, Sendable {
  public let id: String
  public let name: String
  public let namespace: String
  public let uid: String
  public let isReady: Bool
  /// Nanoseconds since 1970.
  public let created: Int64
  /// Whether it was run by `PodRunner`, which then is who made its folder of logs.
  let isFromManifest: Bool

  /// The folder of a pod's logs, named as a kubelet would.
  var logFolder: String { "/var/log/pods/\(namespace)_\(name)_\(uid)" }

  /// Marks the pods that `PodRunner` runs.
  static let mark = "io.apus.manifest"

  public var fullName: String { namespace + "/" + name }
}

/// A container of a running service.
public struct ListedContainer: Equatable, Sendable {
  public let id: String
  public let podID: String
  public let name: String
  public let image: String
  /// `created`, `running`, `exited` or `unknown`.
  public let state: String
  public let created: Int64
}

extension CRIClient {
  /// Every pod, newest first.
  public func pods() async throws -> [ListedPod] {
    let answer = try await call(
      RuntimeMethod.ListPodSandbox.descriptor, Runtime_V1_ListPodSandboxRequest(),
      as: Runtime_V1_ListPodSandboxResponse.self)
    return answer.items.map { pod in
      ListedPod(
        id: pod.id, name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid,
        isReady: pod.state == .sandboxReady, created: pod.createdAt,
        isFromManifest: pod.annotations[ListedPod.mark] != nil)
    }.sorted { $0.created > $1.created }
  }

  /// The containers of a pod, or of all pods, oldest first.
  public func containers(of podID: String = "") async throws -> [ListedContainer] {
    var request = Runtime_V1_ListContainersRequest()
    request.filter.podSandboxID = podID
    let answer = try await call(
      RuntimeMethod.ListContainers.descriptor, request, as: Runtime_V1_ListContainersResponse.self)
    return answer.containers.map { container in
      let image =
        container.image.userSpecifiedImage.isEmpty ? container.image.image : container.image.userSpecifiedImage
      return ListedContainer(
        id: container.id, podID: container.podSandboxID, name: container.metadata.name, image: image,
        state: Self.word(container.state), created: container.createdAt)
    }.sorted { $0.created < $1.created }
  }

  private static func word(_ state: Runtime_V1_ContainerState) -> String {
    switch state {
    case .containerCreated: "created"
    case .containerRunning: "running"
    case .containerExited: "exited"
    default: "unknown"
    }
  }

  /// The one pod that a text names: `NAME`, `NAMESPACE/NAME`, or the beginning of an id.
  public func pod(named text: String) async throws -> ListedPod {
    let pods = try await pods()
    var found = pods.filter { $0.name == text || $0.fullName == text }
    // Of several attempts at a pod the one that is there.
    if found.count > 1, found.contains(where: \.isReady) { found = found.filter(\.isReady) }
    if found.isEmpty, text.utf8.count >= 4 { found = pods.filter { $0.id.hasPrefix(text) } }
    guard let pod = found.first else { throw ClientError("there is no pod '\(text)'") }
    guard found.count == 1 else {
      let names = found.map { "\($0.fullName) (\($0.id.prefix(13)))" }.joined(separator: ", ")
      throw ClientError("'\(text)' may be any of \(names)")
    }
    return pod
  }

  /// The one container of a pod that a text names; without a text its only one, or the first that runs.
  public func container(named text: String?, of pod: ListedPod) async throws -> ListedContainer {
    let all = try await containers(of: pod.id)
    if let text {
      // The newest attempt.
      if let found = all.last(where: { $0.name == text || $0.id.hasPrefix(text) && text.utf8.count >= 4 }) {
        return found
      }
      throw ClientError("pod '\(pod.fullName)' has no container '\(text)'")
    }
    if let found = all.first(where: { $0.state == "running" }) ?? all.last { return found }
    throw ClientError("pod '\(pod.fullName)' has no container")
  }

  /// The file of a container's log; nil when it has none.
  public func logPath(of container: ListedContainer) async throws -> String? {
    let path = try await status(container.id).logPath
    return path.isEmpty ? nil : path
  }

  func status(_ containerID: String) async throws -> Runtime_V1_ContainerStatus {
    var request = Runtime_V1_ContainerStatusRequest()
    request.containerID = containerID
    return try await call(
      RuntimeMethod.ContainerStatus.descriptor, request, as: Runtime_V1_ContainerStatusResponse.self
    ).status
  }

  /// Runs a program in a container to its end.
  /// - Parameter timeoutSeconds: 0 for none.
  public func execute(
    _ words: [String], in container: ListedContainer, timeoutSeconds: Int64
  ) async throws -> (code: Int32, output: [UInt8], errors: [UInt8]) {
    var request = Runtime_V1_ExecSyncRequest()
    request.containerID = container.id
    request.cmd = words
    request.timeout = timeoutSeconds
    let answer = try await call(
      RuntimeMethod.ExecSync.descriptor, request, as: Runtime_V1_ExecSyncResponse.self,
      seconds: timeoutSeconds == 0 ? 86400 : timeoutSeconds + 30)
    return (answer.exitCode, [UInt8](answer.stdout), [UInt8](answer.stderr))
  }

  /// Stops every container of a pod in its own time, then the pod.
  public func stop(_ pod: ListedPod, graceSeconds: Int64) async throws {
    for container in try await containers(of: pod.id) where container.state == "running" {
      var request = Runtime_V1_StopContainerRequest()
      request.containerID = container.id
      request.timeout = graceSeconds
      _ = try await call(
        RuntimeMethod.StopContainer.descriptor, request, as: Runtime_V1_StopContainerResponse.self,
        seconds: graceSeconds + 60)
    }
    try await stopSandbox(pod.id)
  }

  func stopSandbox(_ id: String) async throws {
    var request = Runtime_V1_StopPodSandboxRequest()
    request.podSandboxID = id
    _ = try await call(
      RuntimeMethod.StopPodSandbox.descriptor, request, as: Runtime_V1_StopPodSandboxResponse.self)
  }

  /// Removes a pod with its containers; what still runs is killed.
  public func remove(_ pod: ListedPod) async throws {
    try await removeSandbox(pod.id)
    guard pod.isFromManifest else { return }
    try PodVolumes(uid: pod.uid).remove()
    // Logs are no reason to keep a pod that is gone.
    try? Descriptor.workingDirectory.removeTree(pod.logFolder)
  }

  func removeSandbox(_ id: String) async throws {
    var request = Runtime_V1_RemovePodSandboxRequest()
    request.podSandboxID = id
    _ = try await call(
      RuntimeMethod.RemovePodSandbox.descriptor, request, as: Runtime_V1_RemovePodSandboxResponse.self)
  }
}
