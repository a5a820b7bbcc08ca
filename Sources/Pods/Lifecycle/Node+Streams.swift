// Commands, containers and ports whose streams go to a client.

public import Linux

extension Node {
  /// Runs a command in a running container with streams of the caller's. As `execSync`, it waits at no gate.
  public func exec(_ id: String, _ command: [String], _ streams: ExecStreams) async throws -> ExecProcess {
    try checkRunning(container: id)
    let record = try existing(container: id)
    guard command.first?.isEmpty == false else { throw PodError(.invalidArgument, "cmd: is empty") }
    let group = ExecGroup(record, isUnified: host.hasUnifiedCgroupsOnly)
    let session = record.folder + "/exec-" + Node.newID().prefix(16)
    let handler = try settings.handler(record.handler)
    let root = settings.runtimeRoot(handler.name)
    return try await pool.run(session) { [pool] in
      do {
        try ExecSession.write(command, hasTerminal: streams.contains(.terminal), record, to: session)
        let words = group.make() ? group.words : []
        let spawn = Spawn(
          handler.path,
          arguments: ["--root", root, "--log", session + ".log", "exec"] + words
            + ["--process", session, record.id],
          environment: [ChildRun.searchPath])
        return try attempting("running '\(handler.path)'") { () throws(SystemCallError) in
          try ExecProcess(spawn, streams, group, session: session, pool)
        }
      } catch {
        group.remove()
        try? Unmaking.removeFile(session)
        throw error
      }
    }
  }

  /// Connects to the streams of a container's first process, which its monitor hands out in packets.
  public func attach(_ id: String) async throws -> Attachment {
    try checkRunning(container: id)
    let record = try existing(container: id)
    let control = record.folder + "/ctl"
    let number = try await pool.run(record.id) {
      try attempting("connecting to the monitor") { () throws(SystemCallError) in
        let socket = try Descriptor.connect(to: record.folder + "/attach", .sequentialPackets)
        try socket.setNonBlocking(true)
        return socket.release()
      }
    }
    return Attachment(socketNumber: number, control: control)
  }

  /// Refuses a container that does not run.
  public func checkRunning(container id: String) throws(PodError) {
    let record = try existing(container: id)
    guard record.state == .running else {
      throw PodError(.failedPrecondition, "the container '\(record.id)' is not running")
    }
  }

  /// Connects to a port of a pod on its loopback address, IPv4 first.
  /// - Returns: a non-blocking stream that nobody owns yet.
  public func connect(pod id: String, port: UInt16) async throws -> Int32 {
    let record = try existing(pod: id)
    guard record.state == .ready else { throw PodError(.failedPrecondition, "the pod '\(record.id)' is not ready") }
    return try await PortConnection.open(port, in: record.networkNamespace)
  }
}

/// A connection to a container's monitor.
public struct Attachment: Sendable {
  /// Of a socket that nobody owns yet.
  public let socketNumber: Int32
  let control: String

  /// Tells the container's terminal its size. A monitor that has ended needs none. Does not block.
  public func resize(_ size: WindowSize) {
    guard let fifo = try? Descriptor.workingDirectory.open(control, [.writeOnly, .nonBlocking]) else { return }
    try? fifo.writeAll("1 \(size.rows) \(size.columns)\n")
  }
}
