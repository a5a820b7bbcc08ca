// A connection that speaks WebSocket with channels.

internal import NIOCore
internal import NIOWebSocket

/// A connection that speaks WebSocket with channels: all are there from the beginning, and only the client's input can
/// be closed.
final class WebSocketConnection: ChannelDuplexHandler, ClientWire {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = WebSocketFrame

  /// Which channels there are.
  enum Layout {
    /// stdin, stdout, stderr, error, resize.
    case command(StreamSelection)
    /// Data and error for each port.
    case ports([UInt16])
  }

  private let session: any ClientSession
  private let format: ProtocolChoice.ChannelFormat
  private let layout: Layout
  private var streams: [UInt32: ClientStream] = [:]
  private var context: ChannelHandlerContext?
  private var isReading = true
  private var hasHeldRead = false
  private var hasBegun = false
  private var isClosing = false
  private var closeTimer: Scheduled<Void>?

  init(_ session: any ClientSession, _ format: ProtocolChoice.ChannelFormat, _ layout: Layout) {
    self.session = session
    self.format = format
    self.layout = layout
  }

  // MARK: - The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    hasBegun = true
    session.begin(on: self, context.eventLoop)
    switch layout {
    case .command(let selection): openCommand(selection)
    case .ports(let ports): open(ports)
    }
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

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func read(context: ChannelHandlerContext) {
    if isReading { context.read() } else { hasHeldRead = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .binary, .text: if !isClosing { receive(frame.unmaskedData) }
    // A client that reads nothing reads no answers either.
    case .ping: if !isClosing && isWritable { write(.pong, frame.unmaskedData) }
    case .connectionClose:
      if !isClosing { write(.connectionClose, frame.unmaskedData) }
      isClosing = true
      context.close(promise: nil)
    default: return
    }
  }

  // MARK: - Channels

  private func openCommand(_ selection: StreamSelection) {
    let kinds: [(UInt32, String, Bool)] = [
      (0, "stdin", selection.contains(.stdin)), (1, "stdout", selection.contains(.stdout)),
      (2, "stderr", selection.contains(.stderr)), (3, "error", true), (4, "resize", selection.contains(.terminal)),
    ]
    // Tells the client that the connection stands: an empty message on the lowest channel that it reads.
    if let first = kinds.first(where: { $0.2 && $0.0 > 0 }) { sendMessage(ByteBuffer(), channel: first.0) }
    for (id, kind, isWanted) in kinds where isWanted {
      let stream = ClientStream(id: id, headers: ["streamtype": kind])
      streams[id] = stream
      _ = session.accept(stream)
    }
  }

  private func open(_ ports: [UInt16]) {
    for (index, port) in ports.enumerated() {
      for (offset, kind) in ["data", "error"].enumerated() {
        let headers = ["streamtype": kind, "port": String(port), "requestid": String(index)]
        let stream = ClientStream(id: UInt32(index * 2 + offset), headers: headers)
        streams[stream.id] = stream
        // Each channel begins with its port, the low byte first.
        sendMessage(ByteBuffer(integer: port, endianness: .little), channel: stream.id)
        _ = session.accept(stream)
      }
    }
  }

  private func receive(_ message: ByteBuffer) {
    guard let (channel, bytes) = WebSocketMessage.decoded(message, isBase64: format.isBase64) else { return }
    if format.hasCloseSignal && channel == WebSocketMessage.closeSignal {
      var rest = bytes
      guard let closed: UInt8 = rest.readInteger(), let stream = streams[UInt32(closed)], !stream.hasEnded else {
        return
      }
      stream.hasEnded = true
      return session.end(of: stream)
    }
    guard let stream = streams[UInt32(channel)], !stream.hasEnded, bytes.readableBytes > 0 else { return }
    session.receive(bytes, on: stream)
  }

  private func sendMessage(_ bytes: ByteBuffer, channel: UInt32) {
    // There are fewer channels than numbers of a byte: see `open`, whose ports are bounded.
    guard let number = UInt8(exactly: channel) else { return }
    let message = WebSocketMessage.encoded(bytes, channel: number, isBase64: format.isBase64)
    write(format.isBase64 ? .text : .binary, message)
  }

  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
    context?.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
  }

  // MARK: - The wire

  var isWritable: Bool { context?.channel.isWritable ?? false }

  func send(_ bytes: ByteBuffer, on stream: ClientStream) {
    if !stream.isFinished && bytes.readableBytes > 0 { sendMessage(bytes, channel: stream.id) }
  }

  /// There is no way to say so, but for the end of the connection.
  func finish(_ stream: ClientStream) { stream.isFinished = true }

  func reset(_ stream: ClientStream) { (stream.hasEnded, stream.isFinished) = (true, true) }

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
    write(.connectionClose, WebSocketClosing.normal)
    let channel = context.channel
    closeTimer = context.eventLoop.scheduleTask(in: LingeringClose.patience) { channel.close(promise: nil) }
    setReading(true)
  }
}

/// How a connection of WebSocket is closed.
enum WebSocketClosing {
  /// The code 1000 (RFC 6455, 7.4.1).
  static let normal = ByteBuffer(integer: UInt16(1000))
}
