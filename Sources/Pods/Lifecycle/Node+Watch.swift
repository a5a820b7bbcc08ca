// The end of a container's first process.

internal import Foundation
internal import Linux
internal import Synchronization

extension Node {
  /// Waits for the end of a container that is alive, and records it.
  func watch(_ record: ContainerRecord) {
    guard let process = record.process?.open() else {
      Task.detached { await self.recordEnd(of: record) }
      return
    }
    processes.withLock { $0[record.id] = process }
    Task.detached {
      try? await process.end()
      await self.recordEnd(of: record)
    }
  }

  /// Records how a container ended, once its monitor has written it down or is gone.
  private func recordEnd(of record: ContainerRecord) async {
    let exit = await waitForExit(record)
    do {
      try await change(container: record.id) { record in
        guard record.isAlive else { return }
        record.end(exit)
      }
      await killRemains(record)
    } catch {
      report("recording the end of the container \(record.id): \(PodError.wrapping(error, "").message)")
    }
    _ = processes.withLock { $0.removeValue(forKey: record.id) }
  }

  /// The monitor learns of the end when we do, and reads what is left in the pipes before it writes the code down; so
  /// the file is looked for until the monitor is gone.
  private func waitForExit(_ record: ContainerRecord) async -> ContainerExit? {
    let monitor = record.monitor?.open()
    for attempt in 0... {
      if let exit = ContainerExit.read(record, settings) { return exit }
      guard let monitor else { break }
      if await monitor.end(within: .milliseconds(attempt < 20 ? 5 : 100)) { break }
    }
    return ContainerExit.read(record, settings)
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
    let isOutOfMemory = (try? Descriptor.workingDirectory.status(of: record.folder + "/oom")) != nil
    return ContainerExit(code: code, finished: status.modifiedNanoseconds, ranOutOfMemory: isOutOfMemory)
  }
}

extension ContainerRecord {
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
    (exitCode, finished) = (exit.code, exit.finished)
    reason = exit.code == 0 ? "Completed" : "Error"
    if exit.ranOutOfMemory && exit.code != 0 { reason = "OOMKilled" }
  }
}
