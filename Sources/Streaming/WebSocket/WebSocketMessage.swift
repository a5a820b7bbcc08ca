// Channels in messages of WebSocket.

internal import Foundation
internal import NIOCore

/// Channels in messages of WebSocket (channel.k8s.io): the first byte is the number of the channel, as itself or, with
/// base64, as a digit.
enum WebSocketMessage {
  /// Bytes of a message.
  static let limit = 4 << 20
  /// The number of the close signal, behind which the channel stands that is closed.
  static let closeSignal: UInt8 = 255

  static func encoded(_ bytes: ByteBuffer, channel: UInt8, isBase64: Bool) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: bytes.readableBytes * (isBase64 ? 4 : 3) / 3 + 8)
    if isBase64 {
      buffer.writeInteger(UInt8(ascii: "0") + channel)
      buffer.writeString(Data(Array(buffer: bytes)).base64EncodedString())
    } else {
      buffer.writeInteger(channel)
      buffer.writeImmutableBuffer(bytes)
    }
    return buffer
  }

  /// - Returns: nil for what is no message.
  static func decoded(_ message: ByteBuffer, isBase64: Bool) -> (channel: UInt8, bytes: ByteBuffer)? {
    var rest = message
    guard let first: UInt8 = rest.readInteger() else { return nil }
    if !isBase64 { return (first, rest) }
    guard first >= UInt8(ascii: "0"), let data = Data(base64Encoded: Data(Array(buffer: rest)))
    else { return nil }
    return (first - UInt8(ascii: "0"), ByteBuffer(bytes: data))
  }
}
