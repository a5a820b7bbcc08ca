// A stream of bytes inside of messages of WebSocket.

internal import NIOCore
internal import NIOWebSocket

/// Carries a stream of bytes in binary messages of WebSocket, wherever they are cut.
final class WebSocketTunnel: ChannelDuplexHandler {
  typealias InboundIn = WebSocketFrame
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = WebSocketFrame

  private var isClosing = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .binary, .text: context.fireChannelRead(wrapInboundOut(frame.unmaskedData))
    // A client that reads nothing reads no answers either.
    case .ping: if context.channel.isWritable { write(.pong, frame.unmaskedData, context) }
    case .connectionClose:
      if !isClosing { write(.connectionClose, frame.unmaskedData, context) }
      isClosing = true
      context.close(promise: nil)
    default: return
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let frame = WebSocketFrame(fin: true, opcode: .binary, data: unwrapOutboundIn(data))
    context.write(wrapOutboundOut(frame), promise: promise)
  }

  /// One direction is closed by a close frame; the client's answer, or the end of patience, closes the other.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .output else { return context.close(mode: mode, promise: promise) }
    if !isClosing { write(.connectionClose, WebSocketClosing.normal, context) }
    isClosing = true
    promise?.succeed(())
  }

  private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
  }
}
