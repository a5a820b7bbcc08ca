// The frames of SPDY.

internal import NIOCore

/// What a client sends (SPDY Protocol, Draft 3.1, section 2.2), as far as it matters here.
enum SPDYFrame: Equatable {
  /// A new stream; the headers are still compressed.
  case synStream(id: UInt32, isLast: Bool, block: [UInt8])
  /// Headers for a stream that is there, or the answer to a stream, which a server that opens none does not get. They
  /// have to be decompressed all the same: a connection has one context for all.
  case headers(id: UInt32, isLast: Bool, block: [UInt8])
  case reset(id: UInt32)
  case ping(id: UInt32)
  case goAway
  /// A piece of a stream; long frames come in several.
  case data(id: UInt32, isLast: Bool, ByteBuffer)
  /// Settings, windows, and what is not known: of no consequence here.
  case ignored
}

/// Why a stream is reset (section 2.6.3).
enum SPDYResetReason: UInt32 {
  case protocolError = 1
  case invalidStream = 2
  case refusedStream = 3
  case cancelled = 5
  case streamInUse = 8
}

/// How a client breaks the protocol; the connection ends.
struct SPDYError: Error, Equatable {
  let message: String
}

/// The frames that a server sends.
enum SPDYAnswer {
  private static let version: UInt16 = 0x8003

  private static func control(_ type: UInt16, flags: UInt8 = 0, size: Int) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: 8 + size)
    buffer.writeInteger(version)
    buffer.writeInteger(type)
    buffer.writeInteger(UInt32(flags) << 24 | UInt32(size))
    return buffer
  }

  /// The head of a DATA frame.
  static func dataHead(_ id: UInt32, size: Int, isLast: Bool) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: 8)
    buffer.writeInteger(id)
    buffer.writeInteger((isLast ? 1 << 24 : 0) | UInt32(size))
    return buffer
  }

  static func synReply(_ id: UInt32, block: [UInt8]) -> ByteBuffer {
    var buffer = control(2, size: 4 + block.count)
    buffer.writeInteger(id)
    buffer.writeBytes(block)
    return buffer
  }

  static func reset(_ id: UInt32, _ reason: SPDYResetReason) -> ByteBuffer {
    var buffer = control(3, size: 8)
    buffer.writeInteger(id)
    buffer.writeInteger(reason.rawValue)
    return buffer
  }

  static func ping(_ id: UInt32) -> ByteBuffer {
    var buffer = control(6, size: 4)
    buffer.writeInteger(id)
    return buffer
  }

  /// - Parameter status: 0 when everything is well, 1 for a client that breaks the protocol.
  static func goAway(lastStream: UInt32, status: UInt32) -> ByteBuffer {
    var buffer = control(7, size: 8)
    buffer.writeInteger(lastStream)
    buffer.writeInteger(status)
    return buffer
  }
}
