// Starting, stopping and removing containers.

internal import Foundation
internal import Linux
internal import OCI
internal import Synchronization

extension Node {
  /// The container of an id, or of the beginning of one.
  func existing(container id: String) throws(PodError) -> ContainerRecord {
    guard let record = published.container(id), record.state != .creating else {
      throw PodError(.notFound, "there is no container '\(id)'")
    }
    return record
  }

  /// Lets a container's first process run. One that runs already is left alone.
  public func startContainer(_ id: String) async throws {
    let id = try existing(container: id).id
    try await gates.run(id, "StartContainer") { progress in
      let record = try self.existing(container: id)
      if record.state == .running { return }
      guard record.state == .created else {
        throw PodError(.failedPrecondition, "the container '\(id)' is not in the state created, it is \(record.state)")
      }
      guard self.published.pod(record.podID)?.state == .ready else {
        throw PodError(.failedPrecondition, "the pod '\(record.podID)' is not ready")
      }
      progress.enter("runtime")
      // Taken before: a short program has ended by the time the runtime returns.
      let begun = Node.now()
      self.published.beginStart(id)
      defer { self.published.endStart(id) }
      try await self.runtime(record.handler, ["start", id], lane: id)
      KillPoint.containerStarted.reach()
      try await self.change(container: id) { $0.begin(begun) }
    }
  }

  /// Stops a container: its stop signal, then KILL once the time is over. One that is stopped or not there is no
  /// failure. A second request joins the first and shortens its time at most.
  public func stopContainer(_ id: String, graceSeconds: Int64) async throws {
    guard let record = published.container(id), record.isAlive else { return }
    let id = record.id
    let wanted = ContinuousClock.now + .seconds(max(0, min(graceSeconds, 1 << 31)))
    stopDeadlines.withLock { $0[id] = min($0[id] ?? wanted, wanted) }
    try await gates.run(id, "StopContainer") { progress in
      defer { self.stopDeadlines.withLock { _ = $0.removeValue(forKey: id) } }
      try await self.stop(id, progress)
    }
  }

  private func stop(_ id: String, _ progress: Progress) async throws {
    let record = try existing(container: id)
    guard record.isAlive, let process = record.process?.open() else { return try await waitForRecordedEnd(id) }
    if record.state == .running, remaining(id) > .zero {
      progress.enter("waiting for the stop signal to work")
      try process.signal(StopSignal.number(record.stopSignal) ?? Signal.terminate)
      // In slices, as another request may shorten the time.
      while remaining(id) > .zero {
        if await process.end(within: min(remaining(id), .milliseconds(200))) { break }
      }
    }
    progress.enter("killing")
    try await kill(record, process)
    KillPoint.containerKilled.reach()
    progress.enter("recording the end")
    try await waitForRecordedEnd(id)
  }

  private func remaining(_ id: String) -> Duration {
    let deadline = stopDeadlines.withLock { $0[id] }
    return deadline.map { ContinuousClock.now.duration(to: $0) } ?? .zero
  }

  private func kill(_ record: ContainerRecord, _ process: WatchedProcess) async throws {
    try process.signal(Signal.kill)
    if await process.end(within: .seconds(2)) { return }
    // A frozen process dies of nothing until it is thawed, which is the runtime's to do.
    _ = try? await runtime(record.handler, ["kill", record.id, "KILL"], lane: record.id)
    _ = try? await runtime(record.handler, ["resume", record.id], lane: record.id)
    guard await process.end(within: .seconds(10)) else {
      throw PodError(.deadlineExceeded, "the process \(process.mark.pid) of the container does not end after SIGKILL")
    }
  }

  /// Waits until the watch of the container has recorded its end.
  private func waitForRecordedEnd(_ id: String) async throws {
    for _ in 0..<2000 {
      guard let record = published.container(id), record.isAlive else { return }
      try? await Task.sleep(for: .milliseconds(5))
    }
    throw PodError(.failed, "the end of the container '\(id)' was not recorded")
  }

  /// Removes a container with all that was made for it, killing it if it is alive. One that is not there is no failure.
  public func removeContainer(_ id: String) async throws {
    guard let id = published.container(id)?.id else { return }
    try await gates.run(id, "RemoveContainer") { progress in
      guard let record = self.published.container(id) else { return }
      if record.isAlive, let process = record.process?.open() {
        progress.enter("killing")
        try await self.kill(record, process)
        try await self.waitForRecordedEnd(id)
      }
      progress.enter("removing")
      try await self.forget(container: id)
    }
  }

  /// Changes the limits of a container.
  public func updateResources(of id: String, _ wanted: ContainerResources) async throws {
    let record = try existing(container: id)
    try await gates.run(record.id, "UpdateContainerResources", request: wanted) { _ in
      guard self.published.container(record.id)?.isAlive == true else {
        throw PodError(.failedPrecondition, "the container '\(record.id)' does not run")
      }
      let limits = try ResourceLimits(self.host).resources(wanted)
      let path = record.folder + "/resources.json"
      try await self.pool.run(record.id) {
        try attempting("writing the limits") { () throws(SystemCallError) in
          let file = try Descriptor.workingDirectory.open(
            path, [.writeOnly, .create, .truncate, .noFollow], mode: 0o600)
          try file.writeAll(limits.encoded())
        }
      }
      do {
        try await self.runtime(record.handler, ["update", "--resources", path, record.id], lane: record.id)
      } catch let error as PodError where RuntimeMessage.saysUnknownCommand(error.message) {
        throw PodError(.unimplemented, "the runtime '\(record.handler)' cannot change limits")
      }
      try await self.change(container: record.id) { record in
        record.resources = wanted.overlaid(on: record.resources)
      }
    }
  }

  /// Has the monitor open the log anew, after somebody moved it away.
  public func reopenLog(of id: String) async throws {
    let record = try existing(container: id)
    guard record.state == .running || record.state == .created else {
      throw PodError(.failedPrecondition, "the container '\(record.id)' does not run")
    }
    guard !record.logPath.isEmpty else { return }
    try await gates.run(record.id, "ReopenContainerLog") { _ in
      let mark = { try await self.pool.run(record.id) { LogFileMark(record.logPath) } }
      let before = try await mark()
      try await self.pool.run(record.id) {
        try attempting("telling the monitor") { () throws(SystemCallError) in
          let fifo = try Descriptor.workingDirectory.open(record.folder + "/ctl", [.writeOnly, .nonBlocking])
          try fifo.writeAll("2 0 0\n")
        }
      }
      for _ in 0..<500 {
        let after = try await mark()
        if after != before && after.inode != nil { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      throw PodError(.failed, "the monitor did not open the log anew")
    }
  }
}

/// Which file a log is.
private struct LogFileMark: Equatable {
  let inode: UInt64?

  init(_ path: String) {
    inode = (try? Descriptor.workingDirectory.status(of: path))?.inode
  }
}

extension RuntimeMessage {
  /// Whether a runtime does not know the command that it was given.
  static func saysUnknownCommand(_ text: String) -> Bool {
    text.contains("No help topic for") || text.contains("unknown command") || text.contains("not found in command")
  }
}

extension ContainerResources {
  /// These limits, and where they say nothing those of before.
  func overlaid(on other: ContainerResources?) -> ContainerResources {
    guard var merged = other else { return self }
    if cpuPeriod != 0 { merged.cpuPeriod = cpuPeriod }
    if cpuQuota != 0 { merged.cpuQuota = cpuQuota }
    if cpuShares != 0 { merged.cpuShares = cpuShares }
    if memoryLimit != 0 { merged.memoryLimit = memoryLimit }
    if memorySwapLimit != 0 { merged.memorySwapLimit = memorySwapLimit }
    if !cpus.isEmpty { merged.cpus = cpus }
    if !memoryNodes.isEmpty { merged.memoryNodes = memoryNodes }
    if !hugepageLimits.isEmpty { merged.hugepageLimits = hugepageLimits }
    merged.unified.merge(unified) { $1 }
    return merged
  }
}
