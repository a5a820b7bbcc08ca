// The uncompressed archive of a layer, with the digests of what went by.

public import Linux
internal import Codecs

/// The uncompressed archive of a layer, read forward once. Its digest, and that of the compressed bytes if it is asked
/// for, are made in the same pass; how the layer is compressed is told by its first bytes.
public final class LayerStream {
  /// What went by, known at the end.
  public struct Summary: Equatable, Sendable {
    /// Of the compressed bytes; nil where nobody asked for it.
    public let digest: Digest?
    /// Compressed bytes.
    public let size: Int64
    /// Of the archive.
    public let archive: Content
  }

  private let source: Descriptor
  private let limits: LayerLimits
  private var input = [UInt8](repeating: 0, count: 256 << 10)
  private var waiting = 0..<0
  private var inputHash: ContentHash?
  private var inputCount: Int64 = 0
  private var inputHasEnded = false
  private var decoder: StreamDecoder?
  private var outputHash: ContentHash
  private var outputCount: Int64 = 0
  /// The bytes that the caller may look at, within `ready`.
  private(set) var buffer = [UInt8](repeating: 0, count: 1 << 20)
  private var ready = 0..<0

  /// - Parameters:
  ///   - source: a file, pipe or socket, read to its end.
  ///   - algorithm: of the digest of the compressed bytes; nil for none.
  public init(
    _ source: consuming Descriptor, algorithm: DigestAlgorithm? = .sha256, limits: LayerLimits = LayerLimits()
  ) {
    self.source = source
    self.limits = limits
    inputHash = algorithm.map { ContentHash($0) }
    outputHash = ContentHash(.sha256)
  }

  /// How many bytes of the archive were taken.
  var position: Int64 { outputCount - Int64(ready.count) }

  /// The next bytes in `buffer`, at most `limit` and at least one; empty at the end of the archive. They count as
  /// taken.
  func next(_ limit: Int64) throws(ImageError) -> Range<Int> {
    if ready.isEmpty { try fill() }
    let count = Int(min(limit, Int64(ready.count)))
    let range = ready.lowerBound..<(ready.lowerBound + count)
    ready = range.upperBound..<ready.upperBound
    return range
  }

  /// Exactly so many bytes; fewer only at the end of the archive.
  func take(_ count: Int) throws(ImageError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let range = try next(Int64(count - bytes.count))
      if range.isEmpty { break }
      bytes += buffer[range]
    }
    return bytes
  }

  /// Passes over bytes. Returns how many were missing at the end of the archive.
  func skip(_ count: Int64) throws(ImageError) -> Int64 {
    var left = count
    while left > 0 {
      let range = try next(left)
      if range.isEmpty { break }
      left -= Int64(range.count)
    }
    return left
  }

  /// Reads what is left, which counts for the digests, and tells both.
  public func finish() throws(ImageError) -> Summary {
    while !(try next(Int64.max)).isEmpty {}
    return Summary(
      digest: inputHash?.digest, size: inputCount,
      archive: Content(digest: outputHash.digest, size: outputCount))
  }

  /// Decompresses the next piece into the buffer; leaves it empty at the end.
  private func fill() throws(ImageError) {
    repeat {
      if waiting.isEmpty && !inputHasEnded { try read() }
      if decoder == nil {
        try beginDecoding()
      }
      let step = try decode()
      waiting = (waiting.lowerBound + step.consumed)..<waiting.upperBound
      ready = 0..<step.produced
      if step.produced > 0 { break }
      if step.consumed == 0 && inputHasEnded { return try endDecoding() }
      guard step.consumed > 0 || waiting.isEmpty else { throw LayerStream.error(.corrupt) }
    } while true
    outputHash.update(buffer[ready])
    outputCount += Int64(ready.count)
    try checkSize()
  }

  private func read() throws(ImageError) {
    let count = try attempting("reading the layer") { () throws(SystemCallError) in
      try source.read(into: &input)
    }
    inputHasEnded = count == 0
    waiting = 0..<count
    inputHash?.update(input[waiting])
    inputCount += Int64(count)
  }

  /// Looks at the first bytes, of which a pipe may give one at a time.
  private func beginDecoding() throws(ImageError) {
    while waiting.count < Compression.magicLength && !inputHasEnded {
      var more = [UInt8](repeating: 0, count: Compression.magicLength)
      let count = try attempting("reading the layer") { () throws(SystemCallError) in
        try source.read(into: &more)
      }
      inputHasEnded = count == 0
      inputHash?.update(more[..<count])
      inputCount += Int64(count)
      input.replaceSubrange(waiting.upperBound..<(waiting.upperBound + count), with: more[..<count])
      waiting = waiting.lowerBound..<(waiting.upperBound + count)
    }
    do throws(CodecError) {
      decoder = try StreamDecoder(Compression(beginning: input[waiting]))
    } catch {
      throw LayerStream.error(error)
    }
  }

  private func decode() throws(ImageError) -> StreamDecoder.Step {
    do throws(CodecError) {
      return try decoder?.decode(input, waiting, into: &buffer) ?? StreamDecoder.Step(consumed: 0, produced: 0)
    } catch {
      throw LayerStream.error(error)
    }
  }

  private func endDecoding() throws(ImageError) {
    do throws(CodecError) { try decoder?.finish() } catch { throw LayerStream.error(error) }
  }

  private func checkSize() throws(ImageError) {
    guard outputCount <= limits.bytes else {
      throw ImageError(.limitExceeded, "the layer: more than \(limits.bytes) bytes come out of it")
    }
    guard outputCount <= limits.ratioFreeBytes || outputCount / limits.ratio <= inputCount else {
      throw ImageError(
        .limitExceeded, "the layer: each compressed byte yields more than \(limits.ratio), as only a bomb does")
    }
  }

  private static func error(_ error: CodecError) -> ImageError {
    let reason: ImageError.Reason =
      switch error {
      case .memory: .limitExceeded
      case .unsupported: .unsupported
      case .corrupt, .cutShort, .trailingBytes: .malformed
      }
    return ImageError(reason, "the layer: \(error.message)")
  }
}
