// A writer of content that goes from one thread to another.

internal import Synchronization

/// A writer of content that goes from one thread to another, used by one at a time.
final class WriterHandover: Sendable {
  private let writer: Mutex<BlobWriter?>

  init(_ writer: consuming BlobWriter) { self.writer = Mutex(writer) }

  /// Bytes so far.
  var count: Int64 { writer.withLock { $0?.count ?? 0 } }

  /// - Returns: the bytes so far.
  func write(_ bytes: [UInt8], _ range: Range<Int>) throws(ImageError) -> Int64 {
    try writer.withLock { writer throws(ImageError) in
      try writer?.write(bytes, range)
      return writer?.count ?? 0
    }
  }

  /// Drops the writer and what it wrote.
  func discard() { writer.withLock { $0 = nil } }

  /// The writer, once.
  func take() throws(ImageError) -> BlobWriter {
    guard let writer = writer.withLock({ $0.take() }) else {
      throw ImageError(.damaged, "content was handed over twice")
    }
    return writer
  }
}
