// Ports, each connection as a pair of streams.

import Linux
import NIOCore
import NIOPosix
import Testing

@testable import Streaming

/// Sends back what comes, and ends when the client has ended.
private final class Echo: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelEvent { context.close(promise: nil) }
  }
}

@Suite("Forwarded ports")
struct ForwardTests {
  private func withEcho(_ body: (UInt16, Playground) async throws -> Void) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listener = try await ServerBootstrap(group: group)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .serverChannelOption(.backlog, value: 256)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let place = try await Playground()
    try await body(UInt16(listener.localAddress?.port ?? 0), place)
    #expect(try await place.waitForSilence())
    await place.server.stop()
    try await group.shutdownGracefully()
  }

  private static func pair(_ client: SPDYClient, _ port: UInt16, _ request: String?) throws -> (UInt32, UInt32) {
    var headers = [("port", String(port))]
    if let request { headers.append(("requestID", request)) }
    let error = try client.open(headers + [("streamType", "error")], isLast: true)
    return (error, try client.open(headers + [("streamType", "data")]))
  }

  @Test("100 connections at once, each with its own bytes")
  func many() async throws {
    try await withEcho { port, place in
      let url = try place.forwardURL()
      let (got, expected, ends) = try await onThread {
        let client = try SPDYClient(port: place.port)
        try client.upgrade(url, "portforward.k8s.io")
        var expected: [UInt32: [UInt8]] = [:]
        for number in 0..<100 {
          // Old clients name no request.
          let (_, data) = try ForwardTests.pair(client, port, number % 2 == 0 ? "r\(number)" : nil)
          let bytes = (0..<5000).map { UInt8(($0 * number + $0 >> 8) & 255) }
          expected[data] = bytes
          try client.data(data, bytes)
          try client.data(data, [], isLast: true)
        }
        var (got, ends) = ([UInt32: [UInt8]](), Set<UInt32>())
        while ends.count < 200, let frame = try client.next() {
          guard case .data(let id, let bytes, let isLast) = frame else { continue }
          if !bytes.isEmpty { got[id, default: []] += bytes }
          if isLast { ends.insert(id) }
        }
        return (got, expected, ends.count)
      }
      #expect(ends == 200)
      #expect(got == expected)
    }
  }

  @Test("a port that nobody listens on is told on its error stream, and the connection goes on")
  func refused() async throws {
    try await withEcho { port, place in
      let url = try place.forwardURL()
      let (message, echoed) = try await onThread {
        let client = try SPDYClient(port: place.port)
        try client.upgrade(url, "portforward.k8s.io")
        let (error, data) = try ForwardTests.pair(client, 1, "a")
        var (message, echoed, ends) = ([UInt8](), [UInt8](), 0)
        while ends < 2, let frame = try client.next() {
          guard case .data(let id, let bytes, let isLast) = frame else { continue }
          if id == error { message += bytes }
          ends += isLast && (id == error || id == data) ? 1 : 0
        }
        let (_, second) = try ForwardTests.pair(client, port, "b")
        try client.data(second, [1, 2, 3])
        while echoed.count < 3, let frame = try client.next() {
          if case .data(second, let bytes, _) = frame { echoed += bytes }
        }
        try client.reset(second)
        return (String(decoding: message, as: UTF8.self), echoed)
      }
      #expect(message == "error forwarding port 1: connect 'port 1': connection refused")
      #expect(echoed == [1, 2, 3])
    }
  }

  @Test("streams that belong to nothing are refused")
  func strays() async throws {
    try await withEcho { port, place in
      let url = try place.forwardURL()
      let answers = try await onThread {
        let client = try SPDYClient(port: place.port)
        try client.upgrade(url, "portforward.k8s.io")
        var answers: [SPDYClient.Frame?] = []
        for headers in [
          [("streamType", "data")], [("streamType", "data"), ("port", "0"), ("requestID", "1")],
          [("streamType", "video"), ("port", "80"), ("requestID", "1")],
        ] {
          let id = try client.open(headers)
          #expect(try client.next() == .reply(id))
          answers.append(try client.next())
        }
        return answers
      }
      #expect(answers == [.reset(1, 3), .reset(3, 3), .reset(5, 3)])
    }
  }
}
