// The server with real connections and commands of this host.

import Foundation
import Linux
import Synchronization
import Testing

@testable import Streaming

@Suite("Streaming server")
struct ServerTests {
  private static let all = ["error", "stdin", "stdout", "stderr"]

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  @Test(
    "output, errors and the exit code",
    arguments: ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io", nil])
  func command(version: String?) async throws {
    let place = try await Playground()
    let url = try place.shell("echo out; echo err >&2; exit 3")
    let (output, errors, status) = try await onThread {
      let (client, streams) = try place.client(url, version, ["error", "stdout", "stderr"])
      let all = try client.collect()
      return (all[streams["stdout"] ?? 0], all[streams["stderr"] ?? 0], all[streams["error"] ?? 0])
    }
    #expect(text(output) == "out\n")
    #expect(text(errors) == "err\n")
    #expect(text(status).contains(version == "v4.channel.k8s.io" ? "\"reason\":\"ExitCode\"" : "exit status 3"))
    #expect(text(status).hasPrefix("{") == (version == "v4.channel.k8s.io"))
    await place.server.stop()
  }

  @Test("the end of the input reaches the command, which goes on")
  func halfClose() async throws {
    let place = try await Playground()
    let url = try place.shell("cat; echo end", [.stdin, .stdout])
    let output = try await onThread {
      let (client, streams) = try place.client(url, "v4.channel.k8s.io", ["error", "stdin", "stdout"])
      try client.data(streams["stdin"] ?? 0, Array("some input\n".utf8))
      try client.data(streams["stdin"] ?? 0, [], isLast: true)
      return try client.collect()[streams["stdout"] ?? 0]
    }
    #expect(text(output) == "some input\nend\n")
    await place.server.stop()
  }

  @Test("50 MB go through a command and come back the same")
  func bulk() async throws {
    let place = try await Playground()
    let url = try place.url(["/bin/cat"], [.stdin, .stdout])
    var generator = SystemRandomNumberGenerator()
    let block = (0..<65536).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let count = 800
    let isEqual = try await onThread {
      let (client, streams) = try place.client(url, "v4.channel.k8s.io", ["error", "stdin", "stdout"])
      let (input, output) = (streams["stdin"] ?? 0, streams["stdout"] ?? 0)
      let writer = Writer(client, input, block, count)
      var (place, isEqual, isOver) = (0, true, false)
      while let frame = try client.next() {
        guard case .data(output, let bytes, let isLast) = frame else { continue }
        for byte in bytes {
          isEqual = isEqual && byte == block[place & 0xffff] ^ UInt8(place >> 16 & 0xff)
          place += 1
        }
        isOver = isOver || isLast
      }
      return isEqual && isOver && place == count * 65536 && writer.hasSucceeded()
    }
    #expect(isEqual)
    await place.server.stop()
  }

  @Test("a command that cannot be started is told on the error stream")
  func noCommand() async throws {
    let place = try await Playground()
    let url = try place.url(["/no/such/program"], [.stdout])
    let status = try await onThread {
      let (client, streams) = try place.client(url, "v4.channel.k8s.io", ["error", "stdout"])
      return try client.collect()[streams["error"] ?? 0]
    }
    #expect(text(status).contains("\"reason\":\"InternalError\""))
    #expect(text(status).contains("error executing command in container: "))
    await place.server.stop()
  }

  @Test("what a command leaves in the background holds nobody up, and has no reader any more")
  func background() async throws {
    let place = try await Playground()
    let url = try place.shell("{ sleep 2; exec yes; } & echo $!")
    let begin = ContinuousClock.now
    let output = try await onThread {
      let (client, streams) = try place.client(url, "v4.channel.k8s.io", ["error", "stdout", "stderr"])
      return try client.collect()[streams["stdout"] ?? 0]
    }
    #expect(ContinuousClock.now - begin < .seconds(20))
    let pid = try #require(Int32(text(output).trimmingCharacters(in: .whitespacesAndNewlines)))
    // It ends by SIGPIPE at its first word; whether anybody reaps it is not ours to say.
    func isAlive() -> Bool {
      guard let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
      return !state.contains(") Z ")
    }
    for _ in 0..<1000 where isAlive() { try await Task.sleep(for: .milliseconds(10)) }
    let stays = isAlive()
    #expect(!stays)
    if stays { try sendSignal(Signal.kill, to: pid) }
    await place.server.stop()
  }

  @Test("pings are answered, sizes reach the command, and streams that nobody asked for are refused")
  func frames() async throws {
    let place = try await Playground()
    let url = try place.shell("cat", [.stdin, .stdout, .terminal])
    let told = try await onThread {
      let (client, streams) = try place.client(url, "v4.channel.k8s.io", ["error", "stdin", "stdout"])
      for _ in 0..<3 { #expect(try client.next() != nil) }
      let odd = try client.open("stderr")
      #expect(try [client.next(), client.next()] == [.reply(odd), .reset(odd, 3)])
      let resize = try client.open("resize")
      #expect(try client.next() == .reply(resize))
      try client.control(6, SPDYClient.bytes(1))
      #expect(try client.next() == .ping(1))
      try client.control(4, [0, 0, 0, 0])
      try client.control(9, SPDYClient.bytes(1) + SPDYClient.bytes(65536))
      try client.control(8, SPDYClient.bytes(1) + client.block([("a", "b")]))
      try client.data(99, [1])
      #expect(try client.next() == .reset(99, 2))
      try client.data(resize, Array("{\"Width\":100,\"Height\":40}\n".utf8))
      // The answer of the command shows that everything before has been taken.
      try client.data(streams["stdin"] ?? 0, Array("x".utf8))
      #expect(try client.next() == .data(streams["stdout"] ?? 0, Array("x".utf8), isLast: false))
      let told = place.last.withLock { $0?.told }
      try client.reset(streams["stdin"] ?? 0)
      _ = try client.collect()
      return told
    }
    #expect(told == [WindowSize(rows: 40, columns: 100)])
    await place.server.stop()
  }

  @Test("a client that breaks the protocol is told so and cut off", arguments: [0, 1, 2, 3])
  func violations(kind: Int) async throws {
    let place = try await Playground()
    let url = try place.shell("sleep 100")
    let answer = try await onThread {
      let (client, _) = try place.client(url, "v4.channel.k8s.io", ["error", "stdout", "stderr"])
      for _ in 0..<3 { _ = try client.next() }
      switch kind {
      case 0: try client.control(1, SPDYClient.bytes(2) + SPDYClient.bytes(0) + [0, 0] + client.block([]))
      case 1: try client.control(1, SPDYClient.bytes(9) + SPDYClient.bytes(0) + [0, 0, 1, 2, 3])
      case 2: try client.send([0x80, 9, 0, 0, 0, 0, 0, 0])
      default: try client.data(0, [1])
      }
      return (try client.next(), try client.next())
    }
    #expect(answer.0 == .goAway(5, 1))
    #expect(answer.1 == nil)
    #expect(try await place.waitForSilence())
    await place.server.stop()
  }

  @Test("requests that are no good are refused")
  func refusals() async throws {
    let place = try await Playground()
    let url = try place.shell("true")
    let upgrade = ["Connection: Upgrade", "Upgrade: SPDY/3.1"]
    let answers = try await onThread {
      func ask(_ url: String, _ headers: [String]) throws -> String {
        String(try SPDYClient(port: place.port).request(url, headers).prefix { $0 != "\r" })
      }
      return [
        try ask(url.replacingOccurrences(of: "/exec/", with: "/attach/"), upgrade), try ask(url, upgrade),
        try ask(try place.shell("true"), upgrade + ["X-Stream-Protocol-Version: v9.channel.k8s.io"]),
        try ask(try place.shell("true"), []), try ask("http://h:1/", upgrade),
        try ask(try place.shell("true"), ["Connection: Upgrade", "Upgrade: websocket"]),
      ]
    }
    #expect(
      answers.map { $0.split(separator: " ")[1] } == ["404", "404", "403", "400", "404", "400"], "\(answers)")
    await place.server.stop()
  }

  @Test("a connection over which nothing goes ends")
  func idle() async throws {
    let place = try await Playground { $0.idleTimeoutSeconds = 1 }
    // Another one does not read what the command writes without end.
    let (quiet, stuck) = (try place.shell("sleep 100"), try place.shell("yes"))
    try await onThread {
      let (first, _) = try place.client(quiet, "v4.channel.k8s.io", ["error", "stdout", "stderr"])
      let (second, _) = try place.client(stuck, "v4.channel.k8s.io", ["error", "stdout", "stderr"])
      while try first.next() != nil {}
      withExtendedLifetime(second) { sleep(milliseconds: 3000) }
    }
    #expect(try await place.waitForSilence())
    await place.server.stop()
  }

  @Test("the server stops with its connections")
  func stop() async throws {
    let place = try await Playground()
    let url = try place.shell("sleep 100")
    let end = Task {
      try await onThread {
        let (client, _) = try place.client(url, "v4.channel.k8s.io", ["error", "stdout", "stderr"])
        while try client.next() != nil {}
      }
    }
    while place.server.load == 0 { try await Task.sleep(for: .milliseconds(10)) }
    try await Task.sleep(for: .milliseconds(100))
    await place.server.stop()
    try await end.value
    #expect(try await place.waitForSilence())
  }
}

/// Writes blocks on a thread of its own, each of which differs from the others.
private final class Writer: @unchecked Sendable {
  // The semaphore orders the thread's writes and the read.
  private let done = DispatchSemaphore(value: 0)
  private var isGood = false

  init(_ client: SPDYClient, _ stream: UInt32, _ block: [UInt8], _ count: Int) {
    Thread.detachNewThread { [self] in
      do {
        for number in 0..<count { try client.data(stream, block.map { $0 ^ UInt8(number & 0xff) }) }
        try client.data(stream, [], isLast: true)
        isGood = true
      } catch {}
      done.signal()
    }
  }

  func hasSucceeded() -> Bool {
    done.wait()
    return isGood
  }
}
