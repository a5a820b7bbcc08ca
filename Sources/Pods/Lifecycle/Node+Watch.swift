// The end of a container's first process.

internal import Foundation
internal import Linux
internal import Synchronization

extension Node {
  /// Waits for the end of a container that is alive, and records it.
  func watch(_ record: ContainerRecord) {
    guard let process = record.process?.open() else {
      Task.detached { await self.recordEnd(of: record, nil) }
      return
    }
    processes.withLock { $0[record.id] = process }
    Task.detached {
      try? await process.end()
      await self.recordEnd(of: record, process)
    }
    guard let monitor = record.monitor?.open() else { return }
    Task.detached {
      try? await monitor.end()
      // A monitor ends with its container.
      guard await !process.end(within: .seconds(1)) else { return }
      self.report(
        "a monitor has ended before its container, whose output is lost from now on",
        ["container": record.id, "pod": record.podID])
    }
  }

  /// Records how a container ended, once its monitor has written it down or is gone.
  private func recordEnd(of record: ContainerRecord, _ process: WatchedProcess?) async {
    let exit = await waitForExit(record, process)
    do {
      try await end(record.id, exit)
    } catch {
      report("recording the end of a container", error, ["container": record.id, "pod": record.podID])
    }
    await killRemains(record)
    _ = processes.withLock { $0.removeValue(forKey: record.id) }
  }

  /// It is shown before it is written down: what a full disk takes from us is found again where it came from.
  private func end(_ id: String, _ exit: ContainerExit?) async throws {
    try await pool.run(id) {
      guard var record = self.published.container(id), record.isAlive else { return }
      record.end(exit)
      self.published.publish(record)
      try self.database.save(record)
    }
  }

  private func readExit(_ record: ContainerRecord) async -> ContainerExit? {
    (try? await pool.run(record.id) { [settings] in ContainerExit.read(record, settings) }) ?? nil
  }

  /// The monitor learns of the end when we do, and reads what is left in the pipes before it writes the code down; so
  /// the file is looked for until the monitor is gone. Where it left none the kernel may know.
  private func waitForExit(_ record: ContainerRecord, _ process: WatchedProcess?) async -> ContainerExit? {
    let monitor = record.monitor?.open()
    for attempt in 0... {
      if let exit = await readExit(record) { return exit }
      guard let monitor else { break }
      if await monitor.end(within: .milliseconds(attempt < 20 ? 5 : 100)) { break }
    }
    if let exit = await readExit(record) { return exit }
    guard let status = await process?.exitStatusOfStranger() else { return nil }
    return ContainerExit(
      code: status.shellCode, finished: Node.now(), ranOutOfMemory: ContainerExit.ranOutOfMemory(record))
  }

  /// Without a process namespace of its own, what the first process started may outlive it.
  private func killRemains(_ record: ContainerRecord) async {
    guard record.configuration.security.namespaces.pid != .container else { return }
    // There may be nobody left to kill.
    _ = try? await runtime(record.handler, ["kill", record.id, "KILL"], lane: record.id)
  }
}

/// What the monitor wrote down about the end of a container.
struct ContainerExit: Equatable, Sendable {
  let code: Int32
  /// In nanoseconds since 1970.
  let finished: Int64
  let ranOutOfMemory: Bool

  static func read(_ record: ContainerRecord, _ settings: NodeSettings) -> ContainerExit? {
    let path = settings.exits + "/" + record.id
    guard let status = try? Descriptor.workingDirectory.status(of: path),
      let bytes = try? Descriptor.workingDirectory.readRegularFile(path, limit: 64),
      let code = Int32(String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self))
    else { return nil }
    return ContainerExit(
      code: code, finished: status.modifiedNanoseconds, ranOutOfMemory: ranOutOfMemory(record))
  }

  /// Whether the monitor saw that the container's memory ran out.
  static func ranOutOfMemory(_ record: ContainerRecord) -> Bool {
    (try? Descriptor.workingDirectory.status(of: record.folder + "/oom")) != nil
  }
}

extension ContainerRecord {
  /// Its first process runs since that moment, or did: it may have ended already.
  mutating func begin(_ moment: Int64) {
    started = moment
    if state == .created { state = .running }
    if state == .exited { finished = max(finished, started) }
  }

  /// The words that callers know for an end.
  /// - Parameter exit: nil when nobody saw it.
  mutating func end(_ exit: ContainerExit?) {
    state = .exited
    guard let exit else {
      (exitCode, finished) = (255, Node.now())
      reason = "ContainerStatusUnknown"
      message = "neither the monitor nor the daemon saw the end of the container"
      return
    }
    // The times of files are those of a clock that lags by some milliseconds.
    (exitCode, finished) = (exit.code, max(exit.finished, started))
    reason = exit.code == 0 ? "Completed" : "Error"
    if exit.ranOutOfMemory && exit.code != 0 { reason = "OOMKilled" }
  }
}
