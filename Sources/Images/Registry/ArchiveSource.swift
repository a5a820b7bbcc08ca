// Images in an archive of the OCI's layout, or of Docker.

internal import Linux

/// Images in an archive: one of a folder of the OCI's layout, or of `docker save`; compressed or not. It is unpacked as
/// carefully as a layer, into the store's own staging, and gone with this value.
public final class ArchiveSource: ImageSource {
  private let staged: StagedLayer
  private let source: any ImageSource

  /// - Parameter isDocker: newer archives of Docker are both; its own names are in the other document.
  public init(
    path: String, isDocker: Bool, in store: Store, _ unpacking: LayerUnpacking = .thisProgram
  ) throws(ImageError) {
    let file = try attempting("opening the archive '\(path.shortened)'") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(path, [.readOnly, .nonBlocking])
    }
    let staged = try store.stageLayer()
    _ = try unpacking.unpack(file, into: staged)
    let folder = staged.path
    source = isDocker ? try DockerArchiveSource(path: folder) : try LayoutSource(path: folder)
    self.staged = staged
  }

  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    try await source.document(target)
  }

  public func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    try await source.fetch(content, into: writer, progress: progress)
  }
}
