// Why bytes could not be decompressed.

/// Why bytes could not be decompressed.
public enum CodecError: Error, Equatable, Sendable {
  case corrupt
  case cutShort
  /// Bytes behind the end that begin no further member.
  case trailingBytes
  /// More memory than this process has, or a window of more than 128 MiB.
  case memory
  case unsupported(Compression)

  public var message: String {
    switch self {
    case .corrupt: "the compressed data is damaged"
    case .cutShort: "the compressed data ends too early"
    case .trailingBytes: "bytes that belong to nothing follow the compressed data"
    case .memory: "the compressed data needs too much memory"
    case .unsupported(let compression): "the compression \(compression.rawValue) is not supported"
    }
  }
}
