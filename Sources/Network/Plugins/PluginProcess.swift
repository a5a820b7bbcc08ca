// A plugin as a process: started, read, and killed when it takes too long.

import Linux

/// What a plugin wrote and how it ended.
struct PluginOutput: Sendable {
  let status: ExitStatus
  let output: [UInt8]
  /// The last part of it.
  let errors: [UInt8]
}

/// Runs plugins. A call blocks its thread until the plugin has ended.
struct PluginProcess: Sendable {
  let path: String
  let environment: [String]
  let input: [UInt8]
  let timeLimitMilliseconds: Int64

  /// An answer is a few kilobytes; more is a plugin that went wrong.
  static let largestOutput = 4 << 20
  static let keptErrors = 8192

  enum Failure: Error, Sendable {
    case call(SystemCallError)
    case timeout
    case tooMuchOutput
  }

  /// Runs it in a session of its own, so that what it started dies with it when the time is over.
  func run() throws(Failure) -> PluginOutput {
    var running: RunningPlugin
    do {
      running = try RunningPlugin.start(self)
    } catch {
      throw .call(error)
    }
    let deadline = Deadline(milliseconds: timeLimitMilliseconds)
    do {
      let status = try running.readToEnd(deadline)
      return PluginOutput(status: status, output: running.output, errors: running.errors)
    } catch {
      running.kill()
      throw error
    }
  }
}

/// A moment that must not be passed.
struct Deadline: Sendable {
  private let begin = Moment.monotonic()
  private let milliseconds: Int64

  init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// What is left of the time, at least 0.
  var rest: Int32 { Int32(clamping: max(0, milliseconds - Moment.monotonic().milliseconds(since: begin))) }
}

/// The reading end of a pipe, and what has come out of it by now.
private struct PipeReader: ~Copyable {
  private let end: Descriptor
  private(set) var isOpen = true
  private(set) var bytes: [UInt8] = []

  init(_ end: consuming Descriptor) throws(SystemCallError) {
    try end.setNonBlocking(true)
    self.end = end
  }

  var entry: PollEntry { PollEntry(end.number, .readable) }

  /// Reads what the pipe holds now.
  mutating func readWhatIsThere() throws(SystemCallError) {
    var buffer = [UInt8](repeating: 0, count: 16384)
    while isOpen && bytes.count <= PluginProcess.largestOutput {
      do {
        let count = try end.read(into: &buffer)
        isOpen = count > 0
        bytes += buffer[0..<count]
      } catch {
        if error.errno == .tryAgain { return }
        throw error
      }
    }
  }

  /// Forgets all but the last part.
  mutating func keepLast(_ count: Int) {
    if bytes.count > 2 * count { bytes.removeFirst(bytes.count - count) }
  }
}

/// A plugin that runs, and what it has written by now.
private struct RunningPlugin: ~Copyable {
  private let process: SpawnedProcess
  private var outputPipe: PipeReader
  private var errorPipe: PipeReader

  var output: [UInt8] { outputPipe.bytes }
  var errors: [UInt8] { errorPipe.bytes.suffix(PluginProcess.keptErrors) }

  private init(_ process: consuming SpawnedProcess, _ output: consuming PipeReader, _ errors: consuming PipeReader) {
    self.process = process
    outputPipe = output
    errorPipe = errors
  }

  static func start(_ plugin: PluginProcess) throws(SystemCallError) -> RunningPlugin {
    // A file, not a pipe: nobody has to feed it, and a plugin that reads nothing harms nobody.
    let input = try Descriptor.memoryFile("network-configuration", isExecutable: false)
    try input.writeAll(plugin.input)
    try input.seek(to: 0)
    var outputPair = try DescriptorPair.pipe()
    var errorPair = try DescriptorPair.pipe()
    let output = try PipeReader(outputPair.first.take())
    let errors = try PipeReader(errorPair.first.take())
    var spawn = Spawn(plugin.path, arguments: [], environment: plugin.environment)
    spawn.leadsSession = true
    // A plugin of a daemon that died may not go on attaching while the next one detaches.
    spawn.deathSignal = Signal.kill
    spawn.pass(input, as: 0)
    spawn.pass(outputPair.second, as: 1)
    spawn.pass(errorPair.second, as: 2)
    return RunningPlugin(try spawn.start(), output, errors)
  }

  /// Reads until the plugin itself has ended; a child that it left behind may hold the pipes open for ever.
  mutating func readToEnd(_ deadline: Deadline) throws(PluginProcess.Failure) -> ExitStatus {
    while true {
      let news: News
      do {
        news = try readNews(deadline.rest)
      } catch {
        throw .call(error)
      }
      if news == .none { throw .timeout }
      errorPipe.keepLast(PluginProcess.keptErrors)
      if outputPipe.bytes.count > PluginProcess.largestOutput { throw .tooMuchOutput }
      if case .ended(let status) = news { return status }
    }
  }

  private enum News: Equatable {
    case none
    case more
    case ended(ExitStatus)
  }

  private mutating func readNews(_ milliseconds: Int32) throws(SystemCallError) -> News {
    guard try waitForNews(milliseconds) else { return .none }
    // First whether it has ended, then what it wrote: nothing that it wrote before its end is missed.
    let status = try process.pidfd.waitForExit(noHang: true)
    try outputPipe.readWhatIsThere()
    try errorPipe.readWhatIsThere()
    return status.map { .ended($0) } ?? .more
  }

  /// Waits for its end or for something to read; false when the time is over.
  private func waitForNews(_ milliseconds: Int32) throws(SystemCallError) -> Bool {
    var entries = [PollEntry(process.pidfd.number, .readable)]
    if outputPipe.isOpen { entries.append(outputPipe.entry) }
    if errorPipe.isOpen { entries.append(errorPipe.entry) }
    return try poll(&entries, timeoutMilliseconds: milliseconds) > 0
  }

  /// Kills it and its session's processes and waits for its end; its number is its own until then.
  func kill() {
    // Nothing is lost when they are gone already.
    try? sendSignal(Signal.kill, toGroup: process.pid)
    var entries = [PollEntry(process.pidfd.number, .readable)]
    let hasEnded = (try? poll(&entries, timeoutMilliseconds: 5000)) ?? 0
    if hasEnded > 0 { _ = try? process.pidfd.waitForExit(noHang: true) }
  }
}
