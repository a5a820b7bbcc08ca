// Making a container.

internal import Images
internal import Linux
internal import OCI
internal import Synchronization

extension Node {
  /// Makes a container: its root, its configuration, its monitor and its first process, which waits to be started.
  /// Asked again for the same, it gives the one that is there.
  /// - Returns: the id.
  public func createContainer(
    inPod podID: String, _ configuration: ContainerConfiguration
  ) async throws -> String {
    guard let pod = published.pod(podID), pod.state != .creating else {
      throw PodError(.notFound, "there is no pod '\(podID)'")
    }
    guard !configuration.metadata.name.isEmpty else {
      throw PodError(.invalidArgument, "config.metadata.name: is empty")
    }
    guard !configuration.security.isPrivileged || pod.configuration.security.isPrivileged else {
      throw PodError(.invalidArgument, "a privileged container needs a privileged pod")
    }
    let name = ContainerRecord.reserved(pod.id, configuration.metadata)
    return try await gates.run("container " + name, "CreateContainer", request: configuration) { progress in
      if let other = self.published.container(reserved: name) {
        guard other.configuration == configuration, other.isAlive else {
          throw PodError(.alreadyExists, "the name '\(configuration.metadata.name)' is taken by \(other.id)")
        }
        return other.id
      }
      guard self.published.pod(pod.id)?.state == .ready else {
        throw PodError(.failedPrecondition, "the pod '\(pod.id)' is not ready")
      }
      return try await self.make(configuration, in: pod, progress)
    }
  }

  private func make(
    _ configuration: ContainerConfiguration, in pod: PodRecord, _ progress: Progress
  ) async throws -> String {
    let id = Node.newID()
    var record = ContainerRecord(
      id: id, podID: pod.id, configuration: configuration, created: Node.now(), folder: settings.containers + "/" + id)
    record.handler = pod.runtime
    do {
      try await save(record)
      KillPoint.containerRecorded.reach()
      record = try await prepare(record, pod, progress)
      KillPoint.rootMounted.reach()
      progress.enter("runtime")
      try await will(.file(path: settings.exits + "/" + id), id)
      try await will(.runtime(container: id, handler: record.handler), id)
      record = try await giveBirth(record)
      KillPoint.containerCreated.reach()
      guard published.pod(pod.id)?.state == .ready else {
        throw PodError(.failedPrecondition, "the pod '\(pod.id)' was stopped meanwhile")
      }
      record.state = .created
      try await save(record)
      KillPoint.containerSaved.reach()
    } catch {
      do { try await takeBack(container: id) } catch {
        report("taking back a container", error, ["container": id, "pod": pod.id])
      }
      throw PodError.wrapping(error, "making the container, at the stage '\(progress.stage)'")
    }
    watch(record)
    measureStorage()
    return id
  }

  /// The folder, the root and the configuration.
  private func prepare(
    _ record: ContainerRecord, _ pod: PodRecord, _ progress: Progress
  ) async throws -> ContainerRecord {
    progress.enter("storage")
    try await will(.folder(path: record.folder), record.id)
    let rootfs = record.folder + "/rootfs"
    try await will(.snapshot(target: rootfs), record.id)
    for (index, mount) in record.configuration.mounts.enumerated() {
      guard let target = ImageVolumes.target(index, mount, record.folder) else { continue }
      try await will(.snapshot(target: target), record.id)
    }
    let target = try await targetNamespace(record)
    let features = features(ofHandler: record.handler)
    return try await pool.run(record.id) { [images, settings, host] in
      let maker = BundleMaker(
        images: images, settings: settings, host: host, pod: pod, features: features, target: target)
      return try maker.make(record, rootfs)
    }
  }

  /// The process namespace of the container that this one shall look into.
  private func targetNamespace(_ record: ContainerRecord) async throws -> String? {
    let options = record.configuration.security.namespaces
    guard options.pid == .target else { return nil }
    guard let target = published.container(options.targetID), target.podID == record.podID,
      target.state == .running, let process = target.process
    else {
      throw PodError(
        .invalidArgument, "namespace_options.target_id: '\(options.targetID)' is no running container of the pod")
    }
    return "/proc/\(process.pid)/ns/pid"
  }

  /// Takes back a container that is half made: nothing may go on making it.
  func takeBack(container id: String) async throws {
    try await endPrograms(naming: id)
    try await forget(container: id)
  }

  /// Undoes all that was made for a container and forgets it.
  func forget(container id: String) async throws {
    try await undo(id)
    _ = processes.withLock { $0.removeValue(forKey: id) }
    try await pool.run(id) {
      try self.database.remove(container: id)
      self.published.remove(container: id)
    }
  }
}
