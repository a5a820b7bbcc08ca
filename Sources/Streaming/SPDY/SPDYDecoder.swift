// Bytes to frames of SPDY.

internal import NIOCore

/// Takes bytes apart into frames. Pieces of DATA are handed on as they come; control frames are bounded.
struct SPDYDecoder: ByteToMessageDecoder {
  typealias InboundOut = SPDYFrame

  /// Bytes of a control frame; real ones have some hundred.
  static let controlLimit = 64 << 10
  /// Bytes of a piece of DATA.
  private static let pieceLimit = 64 << 10

  /// The DATA frame that has begun: bytes that are still to come, and whether it is the last of its stream.
  private var data: (id: UInt32, left: Int, isLast: Bool)?

  mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
    guard let frame = try next(&buffer) else { return .needMoreData }
    context.fireChannelRead(wrapInboundOut(frame))
    return .continue
  }

  /// What is left when the connection ends is no frame.
  mutating func decodeLast(
    context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
  ) throws -> DecodingState {
    try decode(context: context, buffer: &buffer)
  }

  /// The next frame, or piece of one; nil when more bytes are needed.
  mutating func next(_ buffer: inout ByteBuffer) throws -> SPDYFrame? {
    if let piece = data { return takePiece(piece, &buffer) }
    guard let first: UInt32 = buffer.getInteger(at: buffer.readerIndex),
      let second: UInt32 = buffer.getInteger(at: buffer.readerIndex + 4)
    else { return nil }
    let size = Int(second & 0xff_ffff)
    let isLast = second >> 24 & 1 == 1
    if first >> 31 == 0 {
      buffer.moveReaderIndex(forwardBy: 8)
      guard first != 0 else { throw SPDYError(message: "data for the stream 0") }
      if size == 0 { return .data(id: first, isLast: isLast, ByteBuffer()) }
      return takePiece((first, size, isLast), &buffer)
    }
    guard first >> 16 == 0x8003 else { throw SPDYError(message: "a frame of version \(first >> 16 & 0x7fff)") }
    guard size <= SPDYDecoder.controlLimit else { throw SPDYError(message: "a control frame of \(size) bytes") }
    guard buffer.readableBytes >= 8 + size else { return nil }
    buffer.moveReaderIndex(forwardBy: 8)
    guard var body = buffer.readSlice(length: size) else { return nil }
    return try SPDYDecoder.control(first & 0xffff, isLast: isLast, &body)
  }

  private mutating func takePiece(
    _ piece: (id: UInt32, left: Int, isLast: Bool), _ buffer: inout ByteBuffer
  ) -> SPDYFrame? {
    data = piece
    let size = min(piece.left, buffer.readableBytes, SPDYDecoder.pieceLimit)
    guard size > 0, let bytes = buffer.readSlice(length: size) else { return nil }
    let left = piece.left - size
    data = left == 0 ? nil : (piece.id, left, piece.isLast)
    return .data(id: piece.id, isLast: piece.isLast && left == 0, bytes)
  }

  private static func control(_ type: UInt32, isLast: Bool, _ body: inout ByteBuffer) throws -> SPDYFrame {
    switch type {
    case 1:
      // The stream, the one that it belongs to, its priority and a slot.
      let id = try number(&body)
      guard body.readBytes(length: 6) != nil else { throw SPDYError(message: "a SYN_STREAM that is too short") }
      return .synStream(id: id, isLast: isLast, block: rest(&body))
    case 2, 8: return .headers(id: try number(&body), isLast: isLast, block: rest(&body))
    case 3: return .reset(id: try number(&body))
    case 6: return .ping(id: try number(&body, mask: ~0))
    case 7: return .goAway
    default: return .ignored
    }
  }

  private static func number(_ body: inout ByteBuffer, mask: UInt32 = 0x7fff_ffff) throws -> UInt32 {
    guard let number: UInt32 = body.readInteger() else { throw SPDYError(message: "a control frame that is too short") }
    return number & mask
  }

  private static func rest(_ body: inout ByteBuffer) -> [UInt8] { body.readBytes(length: body.readableBytes) ?? [] }
}
