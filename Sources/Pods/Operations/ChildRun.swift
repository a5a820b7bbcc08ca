// A program that is run to its end.

internal import Linux

/// How a program ended and what it wrote.
struct ChildOutcome: Sendable {
  /// Nil after a time-out.
  let status: ExitStatus?
  let output: [UInt8]
  let errors: [UInt8]

  var succeeded: Bool { status == .exited(0) }
}

/// A program that is run to its end, without a thread that waits for it.
struct ChildRun {
  var spawn: Spawn
  /// Bytes that are kept of each stream.
  var outputLimit = 1 << 20
  var timeout: Duration?
  /// How long the streams may stay open behind the end of the program: what it left in the background may hold them for
  /// ever (CVE-2026-53495).
  var drain = Duration.milliseconds(500)
  /// What ends everything that the program started, at the time-out; it alone is killed without it.
  var killAll: (@Sendable () async -> Void)?

  /// All that children get of an environment.
  static let searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  init(_ path: String, _ arguments: [String]) {
    spawn = Spawn(path, arguments: arguments, environment: [ChildRun.searchPath])
  }

  func outcome(on pool: WorkerPool, _ lane: String) async throws -> ChildOutcome {
    let doing = "running '\(spawn.path)'"
    let (process, output, errors) = try await pool.run(lane) { [spawn, outputLimit] in
      try attempting(doing) { () throws(SystemCallError) in try ChildRun.start(spawn, outputLimit) }
    }
    var hasEnded = false
    if let timeout {
      hasEnded = await process.end(within: timeout)
    } else {
      hasEnded = (try? await process.end()) != nil
    }
    let isCancelled = !hasEnded && Task.isCancelled
    if !hasEnded {
      // In a task of its own: who asked may be gone, and then no wait of this one lasts.
      await Task.detached { [killAll] in await process.kill(killAll) }.value
    }
    let status = process.reap()
    await output.end(within: drain)
    await errors.end(within: drain)
    if isCancelled { throw CancellationError() }
    return ChildOutcome(status: hasEnded ? status : nil, output: output.bytes, errors: errors.bytes)
  }

  private typealias Started = (WatchedProcess, OutputCollector, OutputCollector)

  private static func start(_ spawn: Spawn, _ limit: Int) throws(SystemCallError) -> Started {
    var spawn = spawn
    var output = try DescriptorPair.pipe()
    var errors = try DescriptorPair.pipe()
    spawn.pass(output.second, as: 1)
    spawn.pass(errors.second, as: 2)
    let child = try spawn.start()
    let collectors = (
      try OutputCollector(output.first.take(), limit: limit), try OutputCollector(errors.first.take(), limit: limit)
    )
    return (try WatchedProcess(child), collectors.0, collectors.1)
  }
}
