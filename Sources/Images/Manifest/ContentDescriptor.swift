// What points to content: its media type, digest and size.

public import OCI

/// What points to content (image-spec descriptor.md).
public struct ContentDescriptor: JSONObject, Equatable, Sendable {
  public var mediaType = ""
  /// Checked by `checked(_:)` before anything is done with it.
  public var digestText = ""
  /// In bytes.
  public var size: Int64 = 0
  public var platform: Platform?
  public var annotations = Annotations()

  public init() {}

  public init(mediaType: String, digest: Digest, size: Int64) {
    self.mediaType = mediaType
    digestText = digest.description
    self.size = size
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("mediaType", &mediaType)
    try json.field("digest", &digestText, .required)
    try json.field("size", &size, .required)
    try json.field("platform", &platform)
    try json.field("annotations", &annotations)
  }

  public var kind: ContentKind { ContentKind(mediaType: mediaType) }

  /// The digest and the size, when both can be ones.
  /// - Parameter limit: the most bytes that such content may have.
  func checked(_ name: String, limit: Int64) throws(ImageError) -> Content {
    let digest: Digest
    do throws(ImageError) { digest = try Digest(digestText) } catch {
      throw ImageError(.malformed, "\(name): \(error.message)")
    }
    guard size >= 0 else { throw ImageError(.malformed, "\(name): the size \(size) is negative") }
    guard size <= limit else {
      throw ImageError(.limitExceeded, "\(name): \(size) bytes, at most \(limit) are allowed")
    }
    return Content(digest: digest, size: size)
  }
}

/// Content by digest and size, both checked.
public struct Content: Hashable, Sendable {
  public let digest: Digest
  /// In bytes.
  public let size: Int64

  public init(digest: Digest, size: Int64) {
    self.digest = digest
    self.size = size
  }
}
