// The monitor and the first process of a container.

internal import Foundation
internal import Linux

extension Node {
  /// Starts the monitor, which has the runtime create the container, and waits for what it says.
  /// - Returns: the record with both processes.
  func giveBirth(_ record: ContainerRecord) async throws -> ContainerRecord {
    let handler = try settings.handler(record.handler)
    let words = monitorWords(record, handler)
    let (child, answers) = try await pool.run(record.id) { [monitorCgroup, settings] in
      try attempting("starting the monitor") { () throws(SystemCallError) in
        var pipe = try DescriptorPair.pipe()
        let environment = [ChildRun.searchPath, "_OCI_SYNCPIPE=3"]
        var spawn = Spawn(settings.monitor, arguments: words, environment: environment)
        spawn.directory = record.folder
        spawn.leadsSession = true
        spawn.pass(pipe.second, as: 3)
        monitorCgroup.place(&spawn)
        let child = try spawn.start()
        return (try WatchedProcess(child), try OutputCollector(pipe.first.take(), limit: 65536))
      }
    }
    KillPoint.monitorStarted.reach()
    // The child ends once the monitor is on its own; the pipe ends with the answer of the runtime.
    guard await child.end(within: .seconds(settings.createTimeoutSeconds)) else {
      try child.signal(Signal.kill)
      throw PodError(.failed, "the monitor did not start in time")
    }
    _ = child.reap()
    let answer = try await MonitorAnswer.first(in: answers, within: .seconds(settings.createTimeoutSeconds))
    answers.close()
    guard answer.pid > 0 else { throw PodError(.failed, RuntimeMessage.text(Array(answer.message.utf8))) }
    var record = record
    record.process = ProcessMark(running: answer.pid)
    record.monitor = monitorMark(record)
    // Where the driver put it, which is not the daemon's to know.
    record.cgroup = ProcessCgroup.path(of: answer.pid, isUnified: host.hasUnifiedCgroupsOnly) ?? record.cgroup
    return record
  }

  private func monitorWords(_ record: ContainerRecord, _ handler: RuntimeHandler) -> [String] {
    let folder = record.folder
    var words = [
      "--cid", record.id, "--cuuid", record.id, "--name", record.configuration.metadata.name,
      "--runtime", handler.path, "--runtime-arg", "--root", "--runtime-arg", settings.runtimeRoot(handler.name),
      "--bundle", folder, "--container-pidfile", folder + "/pidfile", "--conmon-pidfile", folder + "/monitor.pid",
      "--persist-dir", folder, "--exit-dir", settings.exits, "--socket-dir-path", settings.runRoot,
      "--full-attach", "--no-sync-log",
      "--log-path", record.logPath.isEmpty ? "none" : "k8s-file:" + record.logPath,
    ]
    if settings.usesSystemdCgroups { words.append("--systemd-cgroup") }
    if settings.logSizeLimit > 0 { words += ["--log-size-max", String(settings.logSizeLimit)] }
    let streams = record.configuration.streams
    if streams.contains(.terminal) { words.append("--terminal") }
    if streams.contains(.stdin) {
      words.append("--stdin")
      if !streams.contains(.stdinOnce) { words.append("--leave-stdin-open") }
    }
    return words
  }

  private func monitorMark(_ record: ContainerRecord) -> ProcessMark? {
    guard let text = try? String(contentsOfFile: record.folder + "/monitor.pid", encoding: .utf8),
      let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return nil }
    return ProcessMark(running: pid)
  }
}

/// What a monitor says about a new container: a line of JSON.
struct MonitorAnswer: Decodable, Equatable {
  let pid: Int32
  let message: String

  private enum CodingKeys: String, CodingKey {
    case pid, message
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    pid = try values.decode(Int32.self, forKey: .pid)
    message = try values.decodeIfPresent(String.self, forKey: .message) ?? ""
  }

  /// The first line of the pipe.
  static func first(in pipe: OutputCollector, within limit: Duration) async throws -> MonitorAnswer {
    let end = ContinuousClock.now + limit
    while true {
      let bytes = pipe.bytes
      if let newline = bytes.firstIndex(of: 10) {
        do { return try JSONDecoder().decode(MonitorAnswer.self, from: Data(bytes[..<newline])) } catch {
          throw PodError(.failed, "the monitor said '\(String(decoding: bytes.prefix(200), as: UTF8.self))'")
        }
      }
      guard ContinuousClock.now < end, !pipe.isClosed else {
        throw PodError(.failed, "the monitor ended without a word about the container")
      }
      await pipe.more()
    }
  }
}
