// Requests as a proxy takes them that passes them on itself.

internal import NIOCore
internal import NIOHTTP1

/// Writes the target of each request as a whole address, `GET http://HOST/PATH`, as a proxy wants it that passes
/// requests on (RFC 9112, 3.2.2). Proxies open tunnels (CONNECT) for TLS, and often for nothing else; the client
/// library knows no other way, and so is led to the proxy as if that were the server.
final class AbsoluteForm: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    var part = unwrapOutboundIn(data)
    if case .head(var head) = part, let host = head.headers.first(name: "host") {
      head.uri = "http://\(host)\(head.uri)"
      part = .head(head)
    }
    context.write(wrapOutboundOut(part), promise: promise)
  }

  /// Puts it between what makes requests and what encodes them.
  static func add(to channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self).handler
      try pipeline.addHandler(AbsoluteForm(), position: .after(encoder))
    }
  }
}
