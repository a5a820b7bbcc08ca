// A command in a container whose streams are somebody else's.

public import Linux
internal import Synchronization

/// Which streams of a command its caller wants.
public struct ExecStreams: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let stdin = ExecStreams(rawValue: 1)
  public static let stdout = ExecStreams(rawValue: 2)
  public static let stderr = ExecStreams(rawValue: 4)
  /// A terminal in place of all three.
  public static let terminal = ExecStreams(rawValue: 8)
}

/// The ends of a command's streams that belong to its caller; absent what was not asked for.
public struct ExecEnds: ~Copyable, Sendable {
  public var input = Descriptor.absent
  public var output = Descriptor.absent
  public var errors = Descriptor.absent
  /// The master of the terminal.
  public var terminal = Descriptor.absent
}

/// A command in a container whose streams are the caller's. The runtime is our child and ends as the command does.
public final class ExecProcess: Sendable {
  private let process: WatchedProcess
  private let ends: Mutex<ExecEnds?>
  /// Of the terminal, to tell it sizes.
  private let terminal: Mutex<Descriptor>
  private let group: ExecGroup
  /// The file of the process that the runtime read, beside which lies its log.
  private let session: String
  private let pool: WorkerPool

  /// Starts the runtime. Blocks.
  init(
    _ spawn: Spawn, _ streams: ExecStreams, _ group: ExecGroup, session: String, _ pool: WorkerPool
  ) throws(SystemCallError) {
    var spawn = spawn
    var ends = ExecEnds()
    var size = Descriptor.absent
    // What the child gets; closed here once it runs.
    var given = DescriptorList()
    defer { _ = given.count }
    if streams.contains(.terminal) {
      let master = try Descriptor.workingDirectory.open("/dev/ptmx", [.readWrite, .noControllingTerminal])
      try master.unlockPeer()
      let peer = try master.openPeer()
      // The runtime does the same in a moment; keys that come before it would be echoed here and in the container.
      var mode = try peer.terminalMode()
      mode.makeRaw()
      try peer.setTerminalMode(mode)
      for number: Int32 in 0...2 { spawn.pass(peer, as: number) }
      given.append(peer)
      size = try master.duplicate()
      ends.terminal = master
    } else {
      if streams.contains(.stdin) {
        var pipe = try DescriptorPair.pipe()
        spawn.pass(pipe.first, as: 0)
        given.append(pipe.first.take())
        ends.input = pipe.second.take()
      }
      if streams.contains(.stdout) { ends.output = try ExecProcess.output(&spawn, as: 1, &given) }
      if streams.contains(.stderr) { ends.errors = try ExecProcess.output(&spawn, as: 2, &given) }
    }
    let child = try spawn.start()
    process = try WatchedProcess(child)
    self.ends = Mutex(ends)
    terminal = Mutex(size)
    self.group = group
    self.session = session
    self.pool = pool
  }

  private static func output(
    _ spawn: inout Spawn, as number: Int32, _ given: inout DescriptorList
  ) throws(SystemCallError) -> Descriptor {
    var pipe = try DescriptorPair.pipe()
    spawn.pass(pipe.second, as: number)
    given.append(pipe.second.take())
    return pipe.first.take()
  }

  /// Hands the ends over; all of them absent from the second time on.
  public func takeEnds() -> ExecEnds {
    ends.withLock { ends in
      switch ends.take() {
      case .some(let ends): ends
      case .none: ExecEnds()
      }
    }
  }

  /// Tells the terminal its size, and the runtime that it has changed: it has no controlling terminal to learn it from.
  public func resize(_ size: WindowSize) {
    terminal.withLock { if $0.isOpen { try? $0.setWindowSize(size) } }
    try? process.signal(Signal.windowChange)
  }

  /// Waits for the end of the command and removes what it needed. To be called once.
  /// - Returns: the exit code, 128 and the number of a signal.
  /// - Throws: what the runtime says when nothing ran.
  public func end() async throws -> Int32 {
    // Its own wait does not end with the caller's task.
    let process = process
    try await Task.detached { try await process.end() }.value
    let status = process.reap()
    terminal.withLock { $0 = .absent }
    return try await pool.run(session) { [group, session] in
      defer {
        group.remove()
        for path in [session, session + ".log"] { try? Unmaking.removeFile(path) }
      }
      guard let status else { throw PodError(.failed, "nobody knows how the runtime ended") }
      if status != .exited(0) { try ExecSession.checkLog(session + ".log") }
      return status.shellCode
    }
  }

  /// Kills the command with all that it started. A runtime that is killed half-way takes what it has made along.
  public func kill() {
    Task.detached { [pool, group, process, session] in
      await process.kill { _ = try? await pool.run(session + ".kill") { group.killAll() } }
    }
  }
}
