// Where images come from.

/// Where images come from: a registry, or a folder that is laid out like one. What it gives is not trusted: whoever
/// asks checks digests and sizes.
public protocol ImageSource: Sendable {
  /// The manifest or index of a tag or digest; nil stands for the only one that there is.
  func document(_ target: String?) async throws(ImageError) -> SourceDocument

  /// Writes content from where the writer stands to its end, and gives the writer back.
  /// - Parameter progress: called with the bytes that are written so far, on any thread.
  func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter
}

/// A manifest or index as it came.
public struct SourceDocument: Sendable {
  public let bytes: [UInt8]
  /// What its source says it is; nil for nothing.
  public let mediaType: String?

  public init(bytes: [UInt8], mediaType: String?) {
    self.bytes = bytes
    self.mediaType = mediaType
  }
}
