// How bytes are compressed, told by their beginning.

/// How bytes are compressed, told by their beginning.
public enum Compression: String, CaseIterable, Sendable {
  case plain
  case gzip
  case zstd
  /// Known by their names alone, to say what is not taken.
  case bzip2
  case xz

  /// As many bytes as `init(beginning:)` wants to see, if there are as many.
  public static let magicLength = 6

  /// The compression whose magic bytes stand at the beginning; `plain` when it is none that is known.
  public init(beginning bytes: ArraySlice<UInt8>) {
    let magics: [(Compression, [UInt8])] = [
      (.gzip, [0x1f, 0x8b, 0x08]), (.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
      (.bzip2, Array("BZh".utf8)), (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    ]
    for (compression, magic) in magics where bytes.starts(with: magic) {
      self = compression
      return
    }
    // A skippable frame of zstd (RFC 8878, 3.1.2), with which seekable archives may begin.
    let isSkippable =
      bytes.first.map { $0 & 0xf0 == 0x50 } == true && bytes.dropFirst().starts(with: [0x2a, 0x4d, 0x18])
    self = isSkippable ? .zstd : .plain
  }
}
