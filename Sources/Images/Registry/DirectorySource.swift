// An image in a plain folder, as `skopeo copy dir:` writes it.

/// An image in a plain folder, as skopeo's `dir:` has it: `manifest.json`, and blobs named by their digits.
public final class DirectorySource: ImageSource {
  private let folder: SourceFolder
  private let limits: ImageLimits

  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    folder = try SourceFolder(path: path)
    self.limits = limits
  }

  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    // A list of several platforms keeps their manifests beside it, named by their digits.
    let name = target.flatMap(Digest.init(exactly:)).map { "\($0.hex).manifest.json" } ?? "manifest.json"
    return SourceDocument(bytes: try folder.document(name, limits), mediaType: nil)
  }

  public func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    try await folder.copy(content.digest.hex, into: writer, progress: progress)
  }
}
