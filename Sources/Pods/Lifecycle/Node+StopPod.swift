// Stopping and removing pods.

internal import Foundation
internal import Linux

extension Node {
  /// The pod of an id, or of the beginning of one.
  func existing(pod id: String) throws(PodError) -> PodRecord {
    guard let record = published.pod(id), record.state != .creating else {
      throw PodError(.notFound, "there is no pod '\(id)'")
    }
    return record
  }

  /// Stops a pod: kills its containers, takes it off the network and lets its namespaces go. One that is stopped or
  /// not there is no failure.
  public func stopPod(_ id: String) async throws {
    guard let id = published.pod(id)?.id else { return }
    try await gates.run(id, "StopPodSandbox") { try await self.stop(pod: id, $0) }
  }

  private func stop(pod id: String, _ progress: Progress) async throws {
    guard var pod = published.pod(id), pod.state != .creating else { return }
    // From now on nothing is made in it.
    if pod.state == .ready {
      pod.state = .stopped
      try await save(pod)
    }
    progress.enter("containers")
    // What is being made sees in the end that the pod is stopped, and is taken back.
    await gates.waitUntilFree(prefix: "container " + ContainerRecord.prefix(id))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for container in published.containers(ofPod: id) where container.isAlive {
        group.addTask { try await self.stopContainer(container.id, graceSeconds: 0) }
      }
      try await group.waitForAll()
    }
    progress.enter("network and namespaces")
    // The network goes before the namespace that it is in.
    try await undo(id) { if case .network = $0 { true } else { false } }
    try await undo(id) { $0.isPartOfStop || $0.isRuntime }
    if pod.infra != nil {
      pod.infra = nil
      try await save(pod)
    }
    published.tellStop(pod: id)
  }

  /// Removes a pod with its containers and all that was made for them. One that is not there is no failure.
  public func removePod(_ id: String) async throws {
    guard let id = published.pod(id)?.id else { return }
    try await stopPod(id)
    try await gates.run(id, "RemovePodSandbox") { progress in
      guard self.published.pod(id) != nil else { return }
      progress.enter("containers")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for container in self.published.containers(ofPod: id) {
          group.addTask { try await self.removeContainer(container.id) }
        }
        try await group.waitForAll()
      }
      progress.enter("removing")
      try await self.forget(pod: id)
    }
  }

  /// Takes back a pod that is half made: nothing may go on making it.
  func takeBack(pod id: String) async throws {
    try await endPrograms(naming: id)
    try await forget(pod: id)
  }

  /// Undoes all that was made for a pod and forgets it.
  func forget(pod id: String) async throws {
    try await undo(id) { if case .network = $0 { true } else { false } }
    try await undo(id)
    try await pool.run(id) {
      try self.database.remove(pod: id)
      self.published.remove(pod: id)
      self.database.keepReserve()
    }
  }
}

extension UndoStep {
  fileprivate var isRuntime: Bool { if case .runtime = self { true } else { false } }
}
