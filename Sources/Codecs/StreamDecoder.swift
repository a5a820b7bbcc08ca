// Decompresses a stream piece by piece.

internal import CCodecs

/// Decompresses a stream piece by piece, over all its members (gzip) or frames (zstd).
@safe
public struct StreamDecoder: ~Copyable {
  /// What one step moved, in bytes.
  public struct Step: Equatable, Sendable {
    public let consumed: Int
    public let produced: Int

    public init(consumed: Int, produced: Int) {
      self.consumed = consumed
      self.produced = produced
    }
  }

  private let compression: Compression
  // Made by init, freed by deinit, given to nobody; nil for plain bytes.
  private let handle: UnsafeMutableRawPointer?
  /// Whether a member has begun and not ended.
  private var isInside = false
  private var hasEnded = false

  /// - Parameter library: what inflates gzip.
  public init(_ compression: Compression, gzipBy library: GzipLibrary = .fastest) throws(CodecError) {
    unsafe handle = try StreamDecoder.handle(for: compression, library)
    self.compression = compression
  }

  /// The decoder of the library; nil for plain bytes.
  private static func handle(
    for compression: Compression, _ library: GzipLibrary
  ) throws(CodecError) -> UnsafeMutableRawPointer? {
    let made: UnsafeMutableRawPointer?
    switch compression {
    case .plain: return nil
    case .gzip: unsafe made = apus_gzip_new(library == .fastest ? 1 : 0)
    case .zstd: unsafe made = apus_zstd_new()
    case .bzip2, .xz: throw .unsupported(compression)
    }
    guard let made = unsafe made else { throw .memory }
    return unsafe made
  }

  deinit {
    guard let handle = unsafe handle else { return }
    // The decoder that init made, with the function of its own format.
    if compression == .gzip { unsafe apus_gzip_free(handle) } else { unsafe apus_zstd_free(handle) }
  }

  /// Takes bytes of a range of the input and fills the output from its beginning.
  /// Call again with the rest until both numbers are 0: then more input is needed.
  public mutating func decode(
    _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]
  ) throws(CodecError) -> Step {
    precondition(range.lowerBound >= 0 && range.upperBound <= input.count, "the range lies within the input")
    guard let handle = unsafe handle else { return copy(input, range, into: &output) }
    if hasEnded && !isInside && !range.isEmpty { try checkBeginning(input[range]) }
    var (consumed, produced) = (range.count, output.count)
    let isGzip = compression == .gzip
    let result = unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // Both pointers are valid for the sizes given with them, during the call. An array is never without storage
        // unless it is empty, and the output is not.
        let start = unsafe source.baseAddress.map { unsafe $0 + range.lowerBound }
        let room = target.baseAddress!
        return isGzip
          ? unsafe apus_gzip_decode(handle, start, &consumed, room, &produced)
          : unsafe apus_zstd_decode(handle, start, &consumed, room, &produced)
      }
    }
    if result == APUS_CODEC_MEMORY { throw .memory }
    if result < 0 { throw .corrupt }
    if consumed > 0 || produced > 0 {
      isInside = result != APUS_CODEC_ENDED
      hasEnded = hasEnded || !isInside
    }
    return Step(consumed: consumed, produced: produced)
  }

  /// To be called when there is no more input: whether the stream is whole.
  public func finish() throws(CodecError) {
    if compression != .plain && (isInside || !hasEnded) { throw .cutShort }
  }

  /// What follows a member must be the next one. Zeros in between would be taken by gzip(1) and refused by others:
  /// two readers, two contents.
  private func checkBeginning(_ bytes: ArraySlice<UInt8>) throws(CodecError) {
    let magic: [UInt8] = compression == .gzip ? [0x1f, 0x8b] : []
    guard bytes.starts(with: magic.prefix(bytes.count)) else { throw .trailingBytes }
  }

  private mutating func copy(_ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> Step {
    let count = min(range.count, output.count)
    output.replaceSubrange(0..<count, with: input[range.prefix(count)])
    return Step(consumed: count, produced: count)
  }
}
