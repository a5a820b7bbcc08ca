// A proxy on loopback that leads everywhere to the same server.

import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that leads everywhere to the same server, through tunnels (CONNECT) and by plain requests, and
/// remembers the heads of the first requests of its connections.
final class TestProxy: Sendable {
  private let recorded: HeadList
  private let channel: any Channel
  let port: Int

  /// - Parameter target: the port of the server.
  init(to target: Int) async throws {
    let heads = HeadList()
    recorded = heads
    channel = try await ServerBootstrap(group: TestRegistry.loops)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Tunnel(to: target, heads))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  deinit { channel.close(promise: nil) }

  var heads: [String] { recorded.texts.withLock { $0 } }
}

private final class HeadList: Sendable {
  let texts = Mutex<[String]>([])
}

/// The client's side of a connection: what comes goes to the server, once there is one.
private final class Tunnel: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let target: Int
  private let heads: HeadList
  private var waiting = ByteBuffer()
  private var server: (any Channel)?
  private var isConnecting = false

  init(to target: Int, _ heads: HeadList) {
    self.target = target
    self.heads = heads
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if let server { return server.writeAndFlush(bytes, promise: nil) }
    waiting.writeBuffer(&bytes)
    let head = String(decoding: waiting.readableBytesView, as: UTF8.self)
    guard head.contains("\r\n\r\n"), !isConnecting else { return }
    isConnecting = true
    heads.texts.withLock { $0.append(head) }
    connect(context, isTunnel: head.hasPrefix("CONNECT "))
  }

  func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

  private func connect(_ context: ChannelHandlerContext, isTunnel: Bool) {
    let client = context.channel
    let held = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    ClientBootstrap(group: context.eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Backflow(to: client))
        }
      }
      .connect(host: "127.0.0.1", port: target).whenComplete { result in
        let (tunnel, context) = held.value
        guard case .success(let server) = result else { return context.close(promise: nil) }
        tunnel.server = server
        if isTunnel {
          context.writeAndFlush(tunnel.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
        } else {
          server.writeAndFlush(tunnel.waiting, promise: nil)
        }
      }
  }
}

/// The server's side: what comes goes to the client.
private final class Backflow: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let client: any Channel

  init(to client: any Channel) { self.client = client }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    client.writeAndFlush(unwrapInboundIn(data), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
}
