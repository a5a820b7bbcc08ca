// Running the pod of a manifest.

internal import CRIProtocol
internal import Foundation
internal import GRPCCore
public import Manifest

/// Runs the pod of a manifest by the calls that a kubelet makes.
public struct PodRunner: Sendable {
  private let client: CRIClient
  private let manifest: PodManifest
  private let uid: String
  private let note: @Sendable (String) -> Void

  /// - Parameter note: gets a sentence before each step that may take a while.
  public init(_ client: CRIClient, _ manifest: PodManifest, note: @escaping @Sendable (String) -> Void) {
    self.client = client
    self.manifest = manifest
    uid = manifest.uid.isEmpty ? UUID().uuidString.lowercased() : manifest.uid
    self.note = note
  }

  /// Runs it. A pod that cannot be run whole is taken away again.
  /// - Returns: the id of the pod and its addresses.
  public func run() async throws -> (id: String, addresses: [String]) {
    let fullName = "\(manifest.namespace)/\(manifest.name)"
    let others = try await client.pods().filter { $0.fullName == fullName }
    if let other = others.first {
      throw ClientError(
        "pod '\(fullName)' is there already (\(other.id.prefix(13))); remove it by 'apusd rm \(fullName)'")
    }
    var images: [String: String] = [:]
    for container in manifest.initContainers + manifest.containers {
      images[container.image] = try await image(of: container)
    }
    let sandbox = manifest.sandbox(uid: uid)
    var request = Runtime_V1_RunPodSandboxRequest()
    request.config = sandbox
    request.runtimeHandler = manifest.runtimeHandler
    let id = try await client.call(
      RuntimeMethod.RunPodSandbox.descriptor, request, as: Runtime_V1_RunPodSandboxResponse.self, seconds: 240
    ).podSandboxID
    do {
      try await startContainers(id, sandbox, images)
      return (id, try await addresses(id))
    } catch {
      // The first failure is what counts.
      try? await client.stopSandbox(id)
      try? await client.removeSandbox(id)
      try? PodVolumes(uid: uid).remove()
      throw error
    }
  }

  /// Pulls an image as its policy says.
  /// - Returns: what containers are made of.
  private func image(of container: PodManifest.Container) async throws -> String {
    if container.pullPolicy != .always {
      var request = Runtime_V1_ImageStatusRequest()
      request.image.image = container.image
      let answer = try await client.call(
        ImageMethod.ImageStatus.descriptor, request, as: Runtime_V1_ImageStatusResponse.self)
      if answer.hasImage { return answer.image.id }
      if container.pullPolicy == .never {
        throw ClientError(
          "container '\(container.name)': image '\(container.image)' is not here, and must not be pulled")
      }
    }
    note("pulling \(container.image)")
    var request = Runtime_V1_PullImageRequest()
    request.image.image = container.image
    request.image.userSpecifiedImage = container.image
    return try await client.call(
      ImageMethod.PullImage.descriptor, request, as: Runtime_V1_PullImageResponse.self, seconds: 3600
    ).imageRef
  }

  private func startContainers(
    _ id: String, _ sandbox: Runtime_V1_PodSandboxConfig, _ images: [String: String]
  ) async throws {
    for container in manifest.initContainers {
      let containerID = try await start(container, id, sandbox, images)
      note("waiting for \(container.name)")
      let status = try await end(of: containerID)
      if status.exitCode != 0 {
        throw ClientError("container '\(container.name)' ended with \(status.exitCode); its log is \(status.logPath)")
      }
    }
    for container in manifest.containers { _ = try await start(container, id, sandbox, images) }
  }

  private func start(
    _ container: PodManifest.Container, _ podID: String, _ sandbox: Runtime_V1_PodSandboxConfig,
    _ images: [String: String]
  ) async throws -> String {
    var request = Runtime_V1_CreateContainerRequest()
    request.podSandboxID = podID
    request.sandboxConfig = sandbox
    request.config = manifest.message(
      container, uid: uid, image: images[container.image] ?? container.image, mounts: try mounts(of: container))
    let id = try await client.call(
      RuntimeMethod.CreateContainer.descriptor, request, as: Runtime_V1_CreateContainerResponse.self, seconds: 240
    ).containerID
    var starting = Runtime_V1_StartContainerRequest()
    starting.containerID = id
    _ = try await client.call(
      RuntimeMethod.StartContainer.descriptor, starting, as: Runtime_V1_StartContainerResponse.self)
    return id
  }

  private func mounts(of container: PodManifest.Container) throws -> [Runtime_V1_Mount] {
    let volumes = PodVolumes(uid: uid)
    return try container.mounts.map { mount in
      // The manifest was refused if it names one that is not there.
      guard let volume = manifest.volumes.first(where: { $0.name == mount.volume }) else {
        throw ClientError("there is no volume '\(mount.volume)'")
      }
      var message = Runtime_V1_Mount()
      message.containerPath = mount.path
      message.hostPath = try volumes.path(of: mount, in: try volumes.path(of: volume), volume)
      message.readonly = mount.isReadOnly
      message.propagation = mount.propagation.message
      return message
    }
  }

  private func end(of containerID: String) async throws -> Runtime_V1_ContainerStatus {
    while true {
      let status = try await client.status(containerID)
      if status.state == .containerExited || status.state == .containerUnknown { return status }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func addresses(_ id: String) async throws -> [String] {
    var request = Runtime_V1_PodSandboxStatusRequest()
    request.podSandboxID = id
    let status = try await client.call(
      RuntimeMethod.PodSandboxStatus.descriptor, request, as: Runtime_V1_PodSandboxStatusResponse.self
    ).status
    return ([status.network.ip] + status.network.additionalIps.map(\.ip)).filter { !$0.isEmpty }
  }
}
