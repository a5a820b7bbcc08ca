// A server with commands that are processes of the host, and clients on threads of their own.

import Foundation
import Linux
import Synchronization

@testable import Streaming

/// Runs what blocks on a thread of its own: tasks have too few.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}

/// The commands of a server.
final class Census: Sendable {
  let alive = Atomic<Int>(0)
  private let pids = Mutex<[Int32]>([])

  func add(_ pid: Int32) { pids.withLock { $0.append(pid) } }

  /// Processes that are still there, running or not reaped.
  func left() -> [Int32] {
    let own = ProcessInfo.processInfo.processIdentifier
    return pids.withLock { $0 }.filter { pid in
      let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
      return text.contains(") ") && text.split(separator: " ").contains { $0 == "\(own)" }
    }
  }
}

/// A command that is a process of this host, in a session of its own.
final class HostCommand: CommandSession {
  private let census: Census
  private let child: SpawnedProcess
  private let ends: Mutex<CommandEnds?>
  private let sizes = Mutex<[WindowSize]>([])

  init(_ words: [String], _ streams: StreamSelection, _ census: Census) throws {
    self.census = census
    var spawn = Spawn(words[0], arguments: Array(words.dropFirst()), environment: ["PATH=/bin:/usr/bin"])
    var input = try DescriptorPair.pipe()
    var output = try DescriptorPair.pipe()
    var errors = try DescriptorPair.pipe()
    spawn.leadsSession = true
    spawn.pass(input.first, as: 0)
    spawn.pass(output.second, as: 1)
    spawn.pass(errors.second, as: 2)
    child = try spawn.start()
    let absent = !streams.contains(.stdin)
    ends = Mutex(
      .pipes(
        input: absent ? .absent : input.second.take(), output: output.first.take(), errors: errors.first.take()))
    census.alive.add(1, ordering: .relaxed)
    census.add(child.pid)
  }

  deinit { census.alive.subtract(1, ordering: .relaxed) }

  func takeEnds() -> CommandEnds {
    ends.withLock { ends in
      switch ends.take() {
      case .some(let ends): ends
      case .none: .packets(.absent)
      }
    }
  }

  var told: [WindowSize] { sizes.withLock { $0 } }

  func resize(_ size: WindowSize) { sizes.withLock { $0.append(size) } }

  func outcome() async -> CommandOutcome {
    let status = try? await onThread { try self.child.pidfd.waitForExit() }
    guard let status = status ?? nil else { return .failed("lost") }
    return .exited(status.shellCode)
  }

  func abandon() { try? sendSignal(Signal.kill, toGroup: child.pid) }
}

/// A server of a test.
final class Playground: Sendable {
  let server: StreamingServer
  /// The command that was started last.
  let last = Mutex<HostCommand?>(nil)
  let census = Census()

  init(_ change: (inout StreamingSettings) -> Void = { _ in }) async throws {
    var settings = StreamingSettings()
    change(&settings)
    server = try StreamingServer(settings)
    try await server.start()
  }

  var port: Int { server.port }

  func url(_ words: [String], _ streams: StreamSelection) throws -> String {
    try server.url(
      for: .exec(
        CommandRequest("executing command in container", streams: streams, ends: .pipes) {
          let command = try HostCommand(words, streams, self.census)
          self.last.withLock { $0 = command }
          return command
        }))
  }

  func shell(_ script: String, _ streams: StreamSelection = [.stdout, .stderr]) throws -> String {
    try url(["/bin/sh", "-c", script], streams)
  }

  func forwardURL(_ ports: [UInt16] = []) throws -> String {
    try server.url(
      for: .forward(
        ForwardRequest(ports: ports) { port in
          do throws(SystemCallError) {
            return OwnedDescriptor(try Descriptor.connectToLoopback(.four, port: port, timeoutMilliseconds: 1000))
          } catch { throw StreamingError(error.message) }
        }))
  }

  /// A client that has opened streams of these kinds.
  func client(_ url: String, _ version: String?, _ kinds: [String]) throws -> (SPDYClient, [String: UInt32]) {
    let client = try SPDYClient(port: port)
    try client.upgrade(url, version)
    var streams: [String: UInt32] = [:]
    for kind in kinds { streams[kind] = try client.open(kind) }
    return (client, streams)
  }

  /// Waits until nothing is left of connections and commands.
  func waitForSilence(seconds: Int = 20) async throws -> Bool {
    for _ in 0..<(seconds * 100) {
      if server.load == 0 && census.alive.load(ordering: .relaxed) == 0 { return true }
      last.withLock { $0 = nil }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
