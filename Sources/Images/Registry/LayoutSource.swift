// Images in a folder of the OCI's layout.

internal import OCI

/// Images in a folder of the OCI's layout (image-spec image-layout.md): `index.json` and `blobs/`.
public final class LayoutSource: ImageSource {
  private let folder: SourceFolder
  private let index: ImageIndex
  private let limits: ImageLimits

  private var path: String { folder.path }

  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    folder = try SourceFolder(path: path)
    self.limits = limits
    guard try folder.document("oci-layout", limits).starts(with: "{".utf8) else {
      throw ImageError(.malformed, "'\(path.shortened)/oci-layout' is no document")
    }
    let bytes = try folder.document("index.json", limits)
    guard case .index(let index) = try ManifestDocument(bytes, mediaType: nil, limits: limits) else {
      throw ImageError(.malformed, "'\(path.shortened)/index.json' is no index")
    }
    self.index = index
  }

  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    let descriptor = try descriptor(target)
    let content = try descriptor.checked("a manifest of the folder", limit: limits.documentBytes)
    let bytes = try folder.document(LayoutSource.name(of: content.digest), limits)
    return SourceDocument(bytes: bytes, mediaType: descriptor.mediaType)
  }

  public func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    try await folder.copy(LayoutSource.name(of: content.digest), into: writer, progress: progress)
  }

  /// The entry of the index for a tag or digest; a digest may also name a manifest that an index in the folder lists.
  private func descriptor(_ target: String?) throws(ImageError) -> ContentDescriptor {
    guard let target else {
      if index.manifests.count == 1 { return index.manifests[0] }
      let names = index.manifests.compactMap { $0.annotations[LayoutSource.nameKey] }.joined(separator: ", ")
      throw ImageError(
        .invalidInput, "the folder holds \(index.manifests.count) images, name one of them: \(names.shortened)")
    }
    let found = index.manifests.first { $0.digestText == target || $0.annotations[LayoutSource.nameKey] == target }
    if let found { return found }
    guard let digest = Digest(exactly: target) else {
      throw ImageError(.notFound, "the folder '\(path.shortened)' has no image '\(target.shortened)'")
    }
    // Its size is not announced by anything: it is what the file has, and the digest is checked.
    _ = try folder.open(LayoutSource.name(of: digest))
    return ContentDescriptor(mediaType: "", digest: digest, size: 0)
  }

  private static func name(of digest: Digest) -> String { "blobs/" + Store.path(of: digest) }

  private static let nameKey = "org.opencontainers.image.ref.name"
}
