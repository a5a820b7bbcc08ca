// A container under a monitor, as Podman and CRI-O would start it.

import Foundation
import Glibc
import Linux
import Testing

/// The monitor under test.
enum Monitor {
  /// APUS_MONITOR, or `apus-monitor` in APUS_BIN, or in build/bin.
  static let program: String = {
    if let named = Host.variable("APUS_MONITOR") { return named }
    return (Host.variable("APUS_BIN") ?? Host.repository + "build/bin") + "/apus-monitor"
  }()

  /// The runtimes that containers are made by: the one under test, and runc where the host has it.
  static let runtimes: [String] = {
    let others = [Host.program("runc")].compactMap { $0 }.filter { !Runtime.version.hasPrefix("runc") || $0.isEmpty }
    return (Runtime.isThere ? [Runtime.program] : []) + others
  }()
}

extension Trait where Self == ConditionTrait {
  /// What every suite needs that runs containers under the monitor.
  static var monitor: ConditionTrait {
    let isThere = FileManager.default.isExecutableFile(atPath: Monitor.program)
    let isRequired = Host.variable("APUS_REQUIRE_BINARIES") == "1" && Host.isRoot
    return .enabled(if: isThere || isRequired, "no monitor at \(Monitor.program): run 'make build' first")
  }
}

/// A line of JSON from a sync pipe.
struct SyncAnswer: Equatable, CustomStringConvertible {
  let value: Int
  let key: String
  let message: String?
  let description: String

  init(_ line: String) throws {
    let json = try JSON(text: line)
    guard line.hasSuffix("\n"), let key = json.object.keys.first(where: { $0 != "message" }),
      let value = json[key].integer
    else { throw StepFailed("no answer: \(line)") }
    (self.key, self.value, message, description) = (key, value, json.message.string, line)
  }
}

/// A pipe of the protocol between a caller and its monitor.
final class ProtocolPipe {
  private var pair: DescriptorPair
  let number: Int32

  /// - Parameter number: the descriptor's number in the monitor.
  init(_ number: Int32) throws {
    self.number = number
    pair = try DescriptorPair.sockets(.sequentialPackets)
  }

  var source: Command.Source { .copy(pair.second.number) }

  /// To be called once the monitor has its own copy.
  func closeOther() { pair.second = .absent }

  /// The next answer; nil at the end of the pipe.
  func next(within limit: Double = 20) throws -> SyncAnswer? {
    var entries = [PollEntry(pair.first.number, .readable)]
    guard try poll(&entries, timeoutMilliseconds: Int32(limit * 1000)) > 0 else { throw StepFailed("no answer") }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = try pair.first.read(into: &buffer)
    return count == 0 ? nil : try SyncAnswer(String(decoding: buffer[0..<count], as: UTF8.self))
  }

  /// Ends the pipe from our side.
  func close() { pair.first = .absent }

  func write() throws { try pair.first.writeAll([0]) }
}

/// A container under a monitor, with every file of the protocol in folders of its own.
final class MonitoredContainer {
  let scene: Scene
  let id: String
  let bundle: TestBundle
  let runtime: Runtime
  let folder: String
  /// Further words of the monitor's command line.
  var words: [String]
  var environment: [String: String] = [:]
  var logOption: String?
  private(set) var sync: ProtocolPipe?

  /// - Parameters:
  ///   - runtime: the program.
  ///   - script: what the container runs.
  init(
    _ scene: Scene, _ runtime: String, _ script: String = "true", words: [String] = [],
    _ change: (inout JSON) throws -> Void = { _ in }
  ) throws {
    self.scene = scene
    self.words = words
    bundle = try scene.bundle {
      $0.process.args = ["sh", "-c", .string(script)]
      try change(&$0)
    }
    id = scene.id((bundle.path as NSString).lastPathComponent)
    self.runtime = Runtime(program: runtime, root: scene.folder + "/state")
    folder = bundle.path + "-files"
    for name in ["exits", "persist"] {
      try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
  }

  // MARK: Birth

  /// The monitor's command line up to the answers.
  func command(_ further: [String] = []) -> Command {
    var command = Command(
      Monitor.program,
      [
        "-c", id, "-u", id, "-n", "name", "-r", runtime.program, "--runtime-arg", "--root", "--runtime-arg",
        runtime.root, "-b", bundle.path, "-p", folder + "/pidfile", "-P", folder + "/monitor.pid", "--exit-dir",
        folder + "/exits", "--persist-dir", folder + "/persist", "--full-attach", "-l",
        logOption ?? "k8s-file:" + logPath,
      ] + words + further)
    command.environment.merge(environment) { $1 }
    return command
  }

  /// Starts the monitor and waits for its first answer.
  @discardableResult
  func create() throws -> SyncAnswer {
    let pipe = try ProtocolPipe(3)
    var command = command()
    command.others[3] = pipe.source
    command.environment["_OCI_SYNCPIPE"] = "3"
    sync = pipe
    let outcome = try command.run()
    pipe.closeOther()
    guard let answer = try pipe.next() else { throw StepFailed("no answer: \(outcome)") }
    return answer
  }

  func start() throws { try runtime.call("start", id).checked() }

  /// Creates and starts.
  @discardableResult
  func run() throws -> MonitoredContainer {
    let answer = try create()
    guard answer.value > 0 else { throw StepFailed("not created: \(answer)") }
    try start()
    return self
  }

  /// Creates, starts and waits for the end.
  func runToEnd(within limit: Double = 20) throws -> String {
    try run()
    let code = try exitCode(within: limit)
    try remove()
    return code
  }

  // MARK: Files

  var logPath: String { folder + "/log" }
  var exitFile: String { folder + "/exits/" + id }

  func text(_ name: String) -> String { Host.read(folder + "/" + name) ?? "" }

  /// Records of all log files, the oldest first.
  var records: [MonitoredRecord] {
    let names = Host.names(in: folder).filter { $0 == "log" || $0.hasPrefix("log.") }
    let sorted = names.sorted { (Int($0.dropFirst(4)) ?? 0) > (Int($1.dropFirst(4)) ?? 0) }
    return sorted.flatMap { MonitoredRecord.all(text($0)) }
  }

  var lines: [String] { records.map(\.content) }

  /// Waits for the exit file and returns what it says.
  func exitCode(within limit: Double = 20) throws -> String {
    guard eventually(within: limit, { Host.exists(exitFile) }) else { throw StepFailed("no exit file of \(id)") }
    return Host.read(exitFile) ?? ""
  }

  var hasExited: Bool { Host.exists(exitFile) }

  var monitorPid: Int32 { Int32(text("monitor.pid")) ?? -1 }
  var containerPid: Int32 { Int32(text("pidfile")) ?? -1 }

  // MARK: While it runs

  func control(_ line: String) throws {
    try Descriptor.workingDirectory.open(bundle.path + "/ctl", .writeOnly).writeAll(line)
  }

  /// A client of the attach socket, which neither reads nor writes by itself.
  func attach() throws -> AttachedClient { try AttachedClient(bundle.path + "/attach") }

  func kill(_ signal: String = "KILL") throws { try runtime.call("kill", id, signal).checked() }

  /// Whether the monitor is still there.
  var isMonitored: Bool { RunningProcess.isAlive(monitorPid) }

  /// Waits for the monitor's end, then deletes the container.
  func remove() throws {
    #expect(eventually(within: 10) { !isMonitored }, "the monitor of \(id) does not end")
    try runtime.call("delete", "--force", id).checked()
  }
}

/// A record of a log in the format of the Container Runtime Interface.
struct MonitoredRecord: Equatable {
  let time: String
  let stream: String
  let tag: String
  let content: String

  static func all(_ text: String) -> [MonitoredRecord] {
    // By bytes: a carriage return and a newline are one character.
    text.utf8.split(separator: 10).map { bytes in
      let line = String(decoding: bytes, as: UTF8.self)
      let words = bytes.split(separator: 32, maxSplits: 3, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard words.count == 4 else { return MonitoredRecord(time: "", stream: "", tag: "torn", content: line) }
      return MonitoredRecord(time: words[0], stream: words[1], tag: words[2], content: words[3])
    }
  }
}

/// A client of an attach socket.
final class AttachedClient {
  private var socket: Descriptor

  init(_ path: String) throws {
    socket = try Descriptor.connect(to: path, .sequentialPackets)
  }

  /// What has been shown by now, by the number of the output.
  private(set) var shown: [UInt8: [UInt8]] = [:]
  private(set) var hasEnded = false
  /// Why reading failed, if it did.
  private(set) var failure: SystemCallError?

  var output: String { String(decoding: shown[2] ?? [], as: UTF8.self) }
  var errors: String { String(decoding: shown[3] ?? [], as: UTF8.self) }

  /// Reads one packet; false when none comes in time, or at the end.
  func readOne(within limit: Double) -> Bool {
    var entries = [PollEntry(socket.number, .readable)]
    guard let ready = try? poll(&entries, timeoutMilliseconds: Int32(limit * 1000)), ready > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65536)
    do throws(SystemCallError) {
      let count = try socket.read(into: &buffer)
      hasEnded = count == 0
      if count > 0 { shown[buffer[0], default: []] += buffer[1..<count] }
    } catch {
      (failure, hasEnded) = (error, true)
    }
    return !hasEnded
  }

  /// Reads until `text` has been shown.
  func shows(_ text: String, within limit: Double = 10) -> Bool {
    let begin = Moment.monotonic()
    while !output.contains(text) && !errors.contains(text) {
      let rest = limit - seconds(since: begin)
      if rest <= 0 || hasEnded || !readOne(within: rest) { return output.contains(text) || errors.contains(text) }
    }
    return true
  }

  /// Reads to the end.
  func readToEnd(within limit: Double = 20) -> Bool {
    let begin = Moment.monotonic()
    while !hasEnded && seconds(since: begin) < limit { _ = readOne(within: limit) }
    return hasEnded
  }

  func type(_ text: String) throws { try socket.send([UInt8](text.utf8)) }
  func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

  /// Says that no more input comes, and goes on reading.
  func endInput() { shutdown(socket.number, Int32(SHUT_WR)) }

  func close() { socket = .absent }
}
