// Running a command in a container and returning what it writes.

internal import Foundation
internal import Linux
internal import OCI
internal import Synchronization

/// How a command in a container ended.
public struct ExecResult: Equatable, Sendable {
  public let exitCode: Int32
  public let output: [UInt8]
  public let errors: [UInt8]
}

extension Node {
  /// What is kept of each stream; clients take no larger answers.
  static let execOutputLimit = 16 << 20

  /// Runs a command in a running container. It waits at no gate: a probe has to be answered while the container is
  /// being stopped.
  /// - Parameter timeoutSeconds: 0 for no limit; then the command is killed with all that it started.
  public func execSync(_ id: String, _ command: [String], timeoutSeconds: Int64) async throws -> ExecResult {
    let record = try existing(container: id)
    guard record.state == .running else {
      throw PodError(.failedPrecondition, "the container '\(record.id)' is not running")
    }
    guard command.first?.isEmpty == false else { throw PodError(.invalidArgument, "cmd: is empty") }
    let group = ExecGroup(record, isUnified: host.hasUnifiedCgroupsOnly)
    let session = record.folder + "/exec-" + Node.newID().prefix(16)
    let words = try await pool.run(session) {
      try ExecSession.write(command, record, to: session)
      return group.make() ? group.words : []
    }
    let handler = try settings.handler(record.handler)
    var run = ChildRun(
      handler.path,
      ["--root", settings.runtimeRoot(handler.name), "--log", session + ".log", "exec"] + words
        + ["--process", session, record.id])
    run.outputLimit = Node.execOutputLimit
    if timeoutSeconds > 0 { run.timeout = .seconds(timeoutSeconds) }
    run.killAll = { [pool] in _ = try? await pool.run(session) { group.killAll() } }
    defer {
      Task.detached { [pool] in
        try await pool.run(session) {
          group.remove()
          for path in [session, session + ".log"] { try Unmaking.removeFile(path) }
        }
      }
    }
    let outcome = try await run.outcome(on: pool, session)
    guard let status = outcome.status else {
      throw PodError(.deadlineExceeded, "command timed out after \(timeoutSeconds) s")
    }
    if !outcome.succeeded { try await pool.run(session) { try ExecSession.checkLog(session + ".log") } }
    return ExecResult(exitCode: status.shellCode, output: outcome.output, errors: outcome.errors)
  }
}

/// The process of an exec, as the runtime reads it.
enum ExecSession {
  /// The container's own process with another command line.
  static func write(
    _ command: [String], hasTerminal: Bool = false, _ record: ContainerRecord, to path: String
  ) throws(PodError) {
    let bytes = try attempting("reading the configuration") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile(record.folder + "/config.json", limit: 16 << 20)
    }
    let spec: Spec
    do throws(SpecError) { spec = try Spec.decode(bytes) } catch {
      throw PodError(.failed, "reading the configuration: \(error.message)")
    }
    var process = spec.process ?? OCI.Process()
    process.args = command
    process.terminal = hasTerminal
    try attempting("writing the process") { () throws(SystemCallError) in
      let flags: OpenFlags = [.writeOnly, .create, .exclusive, .noFollow]
      let file = try Descriptor.workingDirectory.open(path, flags, mode: 0o600)
      try file.writeAll(process.encoded())
    }
  }

  /// What the runtime itself says against the command is an error of the call: nothing ran, or not as it was asked.
  static func checkLog(_ path: String) throws(PodError) {
    let bytes = (try? Descriptor.workingDirectory.readFile(path, limit: 1 << 20)) ?? []
    guard String(decoding: bytes, as: UTF8.self).contains("level=error") else { return }
    throw PodError(.failed, RuntimeMessage.text(bytes))
  }
}

/// A cgroup below the container's own: whatever a command starts stays in it, so all of that can be killed. What is
/// double-forked can be found in no other way.
struct ExecGroup: Sendable {
  private let folder: String
  private let parent: String
  private let isUnified: Bool
  /// What the runtime is told.
  let words: [String]

  init(_ record: ContainerRecord, isUnified: Bool) {
    let name = "exec-" + Node.newID().prefix(16)
    self.isUnified = isUnified
    // With version 1 the freezer: nothing is limited there, and it holds still what is killed.
    parent = (isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/freezer") + record.cgroup
    folder = parent + "/" + name
    words = ["--cgroup", isUnified ? String(name) : "freezer:" + name]
  }

  /// - Returns: false where the container has no such cgroup.
  func make() -> Bool {
    do throws(SystemCallError) { try Descriptor.workingDirectory.makeDirectory(folder, mode: 0o755) } catch {
      return false
    }
    return true
  }

  private func write(_ name: String, _ value: String) {
    try? Descriptor.workingDirectory.writeFile(folder + "/" + name, value)
  }

  private func processes() -> [Int32] {
    let bytes = (try? Descriptor.workingDirectory.readFile(folder + "/cgroup.procs", limit: 1 << 20)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
  }

  /// Kills all that is in the group, until nobody is left.
  func killAll() {
    if isUnified { return write("cgroup.kill", "1") }
    for _ in 0..<100 {
      write("freezer.state", "FROZEN")
      let found = processes()
      for pid in found { try? sendSignal(Signal.kill, to: pid) }
      write("freezer.state", "THAWED")
      if found.isEmpty { return }
      sleep(milliseconds: 2)
    }
  }

  /// Removes the group. What a command left in the background goes on in the container's own.
  func remove() {
    for _ in 0..<20 {
      if (try? Descriptor.workingDirectory.removeDirectory(folder)) != nil { return }
      for pid in processes() {
        try? Descriptor.workingDirectory.writeFile(parent + "/cgroup.procs", String(pid))
      }
      sleep(milliseconds: 5)
    }
  }
}
