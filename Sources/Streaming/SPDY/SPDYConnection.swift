// A connection that speaks SPDY.

internal import Codecs
internal import NIOCore

/// A connection that speaks SPDY/3.1 as its clients in Go do: without windows, and streams are opened by clients alone.
final class SPDYConnection: ChannelDuplexHandler, ClientWire {
  typealias InboundIn = SPDYFrame
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// Streams that are open at once.
  static let streamLimit = 2048
  /// Answers that wait for a client which does not read.
  static let answerLimit = 3 * streamLimit

  private let session: any ClientSession
  private var headers: SPDYHeaders
  private var streams: [UInt32: ClientStream] = [:]
  private var lastStream: UInt32 = 0
  private var context: ChannelHandlerContext?
  private var isReading = true
  private var hasHeldRead = false
  private var hasBegun = false
  private var isClosing = false
  private var unreadAnswers = 0
  private var closeTimer: Scheduled<Void>?

  init(_ session: any ClientSession) throws {
    self.session = session
    headers = try SPDYHeaders()
  }

  // MARK: - The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    hasBegun = true
    session.begin(on: self, context.eventLoop)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    closeTimer?.cancel()
    if hasBegun {
      hasBegun = false
      session.connectionClosed()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    handlerRemoved(context: context)
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if hasBegun { session.writabilityChanged(context.channel.isWritable) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What the decoder throws, or the system: the latter closes the connection by itself.
    if error is SPDYError { refuse(context) } else { context.close(promise: nil) }
  }

  func read(context: ChannelHandlerContext) {
    if isReading { context.read() } else { hasHeldRead = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosing { return }
    do { try handle(unwrapInboundIn(data)) } catch { refuse(context) }
  }

  /// Ends a connection whose client breaks the protocol: nothing that it says can be trusted.
  private func refuse(_ context: ChannelHandlerContext) {
    if isClosing { return context.close(promise: nil) }
    isClosing = true
    write(SPDYAnswer.goAway(lastStream: lastStream, status: 1))
    context.close(promise: nil)
  }

  // MARK: - Frames

  private func handle(_ frame: SPDYFrame) throws {
    switch frame {
    case .synStream(let id, let isLast, let block): try open(id, isLast, headers.read(block))
    case .headers(let id, let isLast, let block):
      _ = try headers.read(block)
      if isLast { end(id) }
    case .reset(let id):
      guard let stream = streams.removeValue(forKey: id) else { return }
      (stream.hasEnded, stream.isFinished) = (true, true)
      session.reset(stream)
    case .ping(let id):
      // Those with even numbers would be answers to ours.
      if !id.isMultiple(of: 2) { write(SPDYAnswer.ping(id)) }
    case .data(let id, let isLast, let bytes):
      guard let stream = streams[id], !stream.hasEnded else {
        // Pieces of a stream that was reset on this side may still be on their way.
        if id > lastStream { write(SPDYAnswer.reset(id, .invalidStream)) }
        return
      }
      if bytes.readableBytes > 0 { session.receive(bytes, on: stream) }
      if isLast { end(id) }
    case .goAway, .ignored: return
    }
  }

  private func open(_ id: UInt32, _ isLast: Bool, _ headers: [String: String]) throws {
    guard !id.isMultiple(of: 2) else { throw SPDYError(message: "a client's stream with an even number") }
    guard id > lastStream else {
      if streams[id] == nil { throw SPDYError(message: "a stream with a number that was used before") }
      return write(SPDYAnswer.reset(id, .streamInUse))
    }
    lastStream = id
    let stream = ClientStream(id: id, headers: headers)
    guard streams.count < SPDYConnection.streamLimit else { return write(SPDYAnswer.reset(id, .refusedStream)) }
    streams[id] = stream
    let reply = try self.headers.emptyBlock()
    // The answer goes before anything that the session may send.
    write(SPDYAnswer.synReply(id, block: reply))
    guard session.accept(stream) else {
      streams[id] = nil
      return write(SPDYAnswer.reset(id, .refusedStream))
    }
    if isLast { end(id) }
  }

  private func end(_ id: UInt32) {
    guard let stream = streams[id], !stream.hasEnded else { return }
    stream.hasEnded = true
    if stream.isFinished { streams[id] = nil }
    session.end(of: stream)
  }

  /// Sends an answer. A client that asks for more and more of them and reads none is cut off.
  private func write(_ buffer: ByteBuffer) {
    guard let context else { return }
    unreadAnswers = context.channel.isWritable ? 0 : unreadAnswers + 1
    if unreadAnswers > SPDYConnection.answerLimit { return context.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  // MARK: - The wire

  var isWritable: Bool { context?.channel.isWritable ?? false }

  func send(_ bytes: ByteBuffer, on stream: ClientStream) {
    guard !stream.isFinished, bytes.readableBytes > 0, let context else { return }
    let head = SPDYAnswer.dataHead(stream.id, size: bytes.readableBytes, isLast: false)
    context.write(wrapOutboundOut(head), promise: nil)
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
  }

  func finish(_ stream: ClientStream) {
    if stream.isFinished { return }
    stream.isFinished = true
    write(SPDYAnswer.dataHead(stream.id, size: 0, isLast: true))
    if stream.hasEnded { streams[stream.id] = nil }
  }

  func reset(_ stream: ClientStream) {
    guard streams.removeValue(forKey: stream.id) != nil else { return }
    (stream.hasEnded, stream.isFinished) = (true, true)
    write(SPDYAnswer.reset(stream.id, .cancelled))
  }

  func setReading(_ isReading: Bool) {
    self.isReading = isReading
    if isReading && hasHeldRead {
      hasHeldRead = false
      context?.read()
    }
  }

  func close() {
    guard !isClosing, let context else { return }
    isClosing = true
    write(SPDYAnswer.goAway(lastStream: lastStream, status: 0))
    closeTimer = LingeringClose.begin(context)
    setReading(true)
  }
}
