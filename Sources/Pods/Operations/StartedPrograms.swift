// Programs that this daemon, or the one before it, started and did not see the end of.

internal import Linux

/// Programs that this daemon, or the one before it, started for a pod or container and did not see the end of: monitors
/// with their runtimes, pins, runtimes. What is half made may be taken back only when none of them goes on making it.
struct StartedPrograms {
  /// The paths under which they are started.
  let paths: Set<String>

  /// Kills all of them that were started with an id among their arguments, and waits for their end. It blocks.
  func kill(naming id: String) throws(PodError) {
    // A program may have started another in the meantime.
    for _ in 0..<50 {
      let found = processes(naming: id)
      if found.isEmpty { return }
      for pid in found { try kill(pid, naming: id) }
    }
    throw PodError(.failed, "programs for '\(id)' start again and again")
  }

  private func processes(naming id: String) -> [Int32] {
    let folder = try? Descriptor.workingDirectory.open("/proc", [.readOnly, .directory])
    let names = (try? folder?.entries().map(\.name)) ?? []
    return names.compactMap { Int32($0) }.filter { isOne($0, naming: id) }
  }

  private func isOne(_ pid: Int32, naming id: String) -> Bool {
    // Empty for a zombie.
    let bytes = (try? Descriptor.workingDirectory.readFile("/proc/\(pid)/cmdline", limit: 4 << 20)) ?? []
    let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let program = words.first, paths.contains(program) else { return false }
    return words.dropFirst().contains { $0.contains(id) }
  }

  private func kill(_ pid: Int32, naming id: String) throws(PodError) {
    // What has ended meanwhile is no failure; from here on the id is that process's own.
    guard let pidfd = try? openPidfd(pid), isOne(pid, naming: id) else { return }
    var entries = [PollEntry(pidfd.number, .readable)]
    do throws(SystemCallError) {
      try pidfd.sendSignal(Signal.kill)
      guard try poll(&entries, timeoutMilliseconds: 10_000) > 0 else {
        throw SystemCallError(call: "poll", subject: "pidfd", errno: .timedOut)
      }
    } catch {
      if error.errno != .noSuchProcess { throw PodError("ending the process \(pid)", error) }
    }
  }
}

extension Node {
  /// Ends all that still makes a pod or container.
  func endPrograms(naming id: String) async throws {
    let paths = Set([settings.monitor, settings.pause] + settings.handlers.values.map(\.path))
    try await pool.run(id) { try StartedPrograms(paths: paths).kill(naming: id) }
  }
}
