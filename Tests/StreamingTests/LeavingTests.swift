// Clients that go away at any point leave nothing behind.

import Foundation
import Linux
import Testing

@testable import Streaming

@Suite("Clients that leave", .serialized)
struct LeavingTests {
  /// Where a client leaves.
  enum Point: CaseIterable {
    case beforeTheRequest, withinTheRequest, afterTheUpgrade, withSomeStreams, whileTheCommandRuns, withinItsInput
    case withoutReading
  }

  private static func come(to place: Playground, _ point: Point) throws {
    let version = "v4.channel.k8s.io"
    switch point {
    case .beforeTheRequest: _ = try SPDYClient(port: place.port)
    case .withinTheRequest:
      let client = try SPDYClient(port: place.port)
      try client.send(Array("POST /exec/0123 HTTP/1.1\r\nUpgrade: SP".utf8))
    case .afterTheUpgrade: _ = try place.client(try place.shell("sleep 100"), version, [])
    case .withSomeStreams: _ = try place.client(try place.shell("sleep 100"), version, ["error", "stdout"])
    case .whileTheCommandRuns:
      let url = try place.shell("echo on; sleep 100")
      let (client, streams) = try place.client(url, version, ["error", "stdout", "stderr"])
      while try client.next() != .data(streams["stdout"] ?? 0, Array("on\n".utf8), isLast: false) {}
    case .withinItsInput:
      // The command does not read it either.
      let url = try place.shell("sleep 100", [.stdin, .stdout])
      let (client, streams) = try place.client(url, version, ["error", "stdin", "stdout"])
      try client.data(streams["stdin"] ?? 0, [UInt8](repeating: 1, count: 100_000))
      try client.send(SPDYClient.bytes(streams["stdin"] ?? 0) + SPDYClient.bytes(1 << 20) + [1, 2, 3])
    case .withoutReading:
      let url = try place.shell("yes")
      let (client, streams) = try place.client(url, version, ["error", "stdout", "stderr"])
      while try client.next() != .reply(streams["stderr"] ?? 0) {}
      _ = try client.next()
    }
  }

  @Test("clients that leave at each of seven points leave no connection, no process and no descriptor")
  func leave() async throws {
    let count = ProcessInfo.processInfo.environment["APUS_CLIENTS"].flatMap { Int($0) } ?? 210
    let place = try await Playground()
    let begin = LeavingTests.descriptors()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<8 {
        group.addTask {
          for number in stride(from: lane, to: count, by: 8) {
            let point = Point.allCases[number % Point.allCases.count]
            try await onThread { try LeavingTests.come(to: place, point) }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await place.waitForSilence())
    // No process is left that could not be reaped.
    #expect(place.census.left() == [])
    let end = LeavingTests.descriptors()
    // Other tests of this process come and go; what is left of each client would be hundreds.
    #expect(end < begin + 64, "\(begin) descriptors before, \(end) after")
    await place.server.stop()
  }

  private static func descriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
  }
}
