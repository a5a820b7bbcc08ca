// The request that a connection begins with.

internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// Reads the request that a connection begins with, and makes it a connection of SPDY or WebSocket.
final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// How long the request may take.
  static let patience = TimeAmount.seconds(30)

  private let tokens: TokenTable
  private let work: OpenWork
  private let encoder: HTTPResponseEncoder
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private let idleTimeout: TimeAmount
  private var head: HTTPRequestHead?
  private var isAnswered = false
  private var timer: Scheduled<Void>?

  init(
    _ tokens: TokenTable, _ work: OpenWork, _ encoder: HTTPResponseEncoder,
    _ decoder: ByteToMessageHandler<HTTPRequestDecoder>, idleTimeout: TimeAmount
  ) {
    self.tokens = tokens
    self.work = work
    self.encoder = encoder
    self.decoder = decoder
    self.idleTimeout = idleTimeout
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: RequestHandler.patience) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: return
    case .end:
      guard let head, !isAnswered else { return }
      isAnswered = true
      do throws(Refusal) { try answer(head, context) } catch { refuse(error, context) }
    }
  }

  private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) throws(Refusal) {
    guard head.method == .GET || head.method == .POST else { throw Refusal(.methodNotAllowed, "only GET and POST") }
    let path = head.uri.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    // Used up whatever comes of it.
    guard path.count == 2, let request = tokens.take(path[1]), request.path == path[0] else {
      throw Refusal(.notFound, "no such request, or it was used before, or is too old")
    }
    let upgrades = head.headers[canonicalForm: "upgrade"].map { $0.lowercased() }
    if upgrades.contains("websocket") { return try upgradeToWebSocket(request, head, context) }
    guard upgrades.contains("spdy/3.1") else {
      throw Refusal(.badRequest, "unable to upgrade: the request asks for neither SPDY/3.1 nor websocket")
    }
    try upgradeToSPDY(request, head, context)
  }

  // MARK: - SPDY

  private func upgradeToSPDY(
    _ request: StreamingRequest, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) throws(Refusal) {
    let offered = head.headers[canonicalForm: "x-stream-protocol-version"].map(String.init)
    var known = ProtocolChoice.commands
    if case .forward = request { known = [ProtocolChoice.forwarding] }
    let name = ProtocolChoice.first(of: offered, in: known)
    guard name != nil || offered.isEmpty else {
      var refusal = Refusal(.forbidden, "unable to upgrade: client supports \(offered), server accepts \(known)")
      refusal.headers = known.map { ("X-Accepted-Stream-Protocol-Versions", $0) }
      throw refusal
    }
    let session: any ClientSession
    switch request {
    case .exec(let command), .attach(let command):
      let version = ProtocolChoice.commandVersion(name ?? "")
      session = CommandRelay(command, version.format, takesSizes: version.takesSizes, work)
    case .forward(let forward): session = ForwardRelay(forward, work)
    }
    var headers: HTTPHeaders = ["Connection": "Upgrade", "Upgrade": "SPDY/3.1"]
    if let name { headers.add(name: "X-Stream-Protocol-Version", value: name) }
    switchProtocols(headers, context) { pipeline in
      try pipeline.addHandler(ByteToMessageHandler(SPDYDecoder()))
      try pipeline.addHandler(SPDYConnection(session))
    }
  }

  // MARK: - WebSocket

  private func upgradeToWebSocket(
    _ request: StreamingRequest, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) throws(Refusal) {
    let offered = head.headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
    let isForward = if case .forward = request { true } else { false }
    let chosen = offered.first { name in
      if isForward && name == ProtocolChoice.tunnel { return true }
      guard let format = ProtocolChoice.channelFormat(name) else { return false }
      return !isForward || !format.hasCloseSignal
    }
    guard let name = chosen ?? (offered.isEmpty ? "" : nil) else {
      throw Refusal(.badRequest, "unable to upgrade: none of the protocols \(offered) is known")
    }
    let upgrader = NIOWebSocketServerUpgrader(
      maxFrameSize: WebSocketMessage.limit,
      shouldUpgrade: { channel, _ in
        let headers: HTTPHeaders = name.isEmpty ? [:] : ["Sec-WebSocket-Protocol": name]
        return channel.eventLoop.makeSucceededFuture(headers)
      },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
      .assumeIsolated().whenComplete { result in
        guard case .success(var headers) = result else {
          return self.refuse(Refusal(.badRequest, "unable to upgrade: no request of WebSocket version 13"), context)
        }
        headers.replaceOrAdd(name: "Connection", value: "Upgrade")
        headers.replaceOrAdd(name: "Upgrade", value: "websocket")
        self.switchProtocols(headers, context) { pipeline in
          _ = upgrader.upgrade(context: context, upgradeRequest: head)
          try pipeline.addHandler(
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 4096,
              maxAccumulatedFrameSize: WebSocketMessage.limit))
          try self.addWebSocket(request, name, to: pipeline)
        }
      }
  }

  private func addWebSocket(
    _ request: StreamingRequest, _ name: String, to pipeline: ChannelPipeline.SynchronousOperations
  ) throws {
    let format = ProtocolChoice.channelFormat(name) ?? ProtocolChoice.ChannelFormat()
    switch request {
    case .exec(let command), .attach(let command):
      let session = CommandRelay(command, format.status, takesSizes: true, work)
      try pipeline.addHandler(WebSocketConnection(session, format, .command(command.streams)))
    case .forward(let forward) where name == ProtocolChoice.tunnel:
      try pipeline.addHandler(WebSocketTunnel())
      try pipeline.addHandler(ByteToMessageHandler(SPDYDecoder()))
      try pipeline.addHandler(SPDYConnection(ForwardRelay(forward, work)))
    case .forward(let forward):
      try pipeline.addHandler(WebSocketConnection(ForwardRelay(forward, work), format, .ports(forward.ports)))
    }
  }

  // MARK: - Answers

  /// Answers and makes room for the handlers of another protocol, which get what the client has sent already.
  private func switchProtocols(
    _ headers: HTTPHeaders, _ context: ChannelHandlerContext,
    _ add: (ChannelPipeline.SynchronousOperations) throws -> Void
  ) {
    let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    let pipeline = context.pipeline.syncOperations
    let (channel, decoder) = (context.channel, decoder)
    pipeline.removeHandler(encoder, promise: nil)
    do {
      try pipeline.addHandler(IdleStateHandler(allTimeout: idleTimeout), position: .first)
      try add(pipeline)
    } catch { return channel.close(promise: nil) }
    pipeline.removeHandler(context: context, promise: nil)
    pipeline.removeHandler(decoder, promise: nil)
  }

  private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
    let text = ByteBuffer(string: refusal.message + "\n")
    var headers: HTTPHeaders = [
      "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(text.readableBytes), "Connection": "close",
    ]
    for (name, value) in refusal.headers { headers.add(name: name, value: value) }
    let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(text))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    timer?.cancel()
    timer = LingeringClose.begin(context)
  }
}

/// Why a request is refused.
private struct Refusal: Error {
  let status: HTTPResponseStatus
  let message: String
  var headers: [(String, String)] = []

  init(_ status: HTTPResponseStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}
