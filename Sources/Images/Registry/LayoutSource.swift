// Images in a folder of the OCI's layout.

internal import Linux
internal import OCI

/// Images in a folder of the OCI's layout (image-spec image-layout.md): `index.json` and `blobs/`.
public final class LayoutSource: ImageSource {
  private let root: Descriptor
  private let path: String
  private let index: ImageIndex
  private let limits: ImageLimits

  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    self.path = path
    self.limits = limits
    let bytes: [UInt8]
    do throws(SystemCallError) {
      let root = try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
      let limit = Int(limits.documentBytes)
      let layout = try root.readRegularFile("oci-layout", limit: limit)
      guard layout.starts(with: "{".utf8) else {
        throw SystemCallError(call: "read", subject: "oci-layout", errno: .invalidArgument)
      }
      bytes = try root.readRegularFile("index.json", limit: limit)
      self.root = root
    } catch {
      throw ImageError("reading the image folder '\(path.shortened)'", error)
    }
    guard case .index(let index) = try ManifestDocument(bytes, mediaType: nil, limits: limits) else {
      throw ImageError(.malformed, "'\(path.shortened)/index.json' is no index")
    }
    self.index = index
  }

  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    let descriptor = try descriptor(target)
    let content = try descriptor.checked("a manifest of the folder", limit: limits.documentBytes)
    let file = try open(content)
    do throws(SystemCallError) {
      let bytes = try file.readToEnd(limit: Int(content.size))
      return SourceDocument(bytes: bytes, mediaType: descriptor.mediaType)
    } catch {
      throw ImageError("reading \(content.digest)", error)
    }
  }

  public func fetch(_ content: Content, into writer: inout BlobWriter) async throws(ImageError) {
    let file = try open(content)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    do throws(SystemCallError) { try file.seek(to: writer.count) } catch {
      throw ImageError("reading the folder", error)
    }
    while true {
      let count: Int
      do throws(SystemCallError) { count = try file.read(into: &buffer) } catch {
        throw ImageError("reading \(content.digest)", error)
      }
      if count == 0 { return }
      try writer.write(buffer, 0..<count)
    }
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
    let size = try attempting("looking for \(digest)") { () throws(SystemCallError) in
      try root.status(of: "blobs/" + Store.path(of: digest)).size
    }
    var descriptor = ContentDescriptor(mediaType: "", digest: digest, size: 0)
    descriptor.size = Int64(clamping: size)
    return descriptor
  }

  private func open(_ content: Content) throws(ImageError) -> Descriptor {
    do throws(SystemCallError) {
      let flags: OpenFlags = [.readOnly, .nonBlocking, .noFollow]
      let file = try root.open("blobs/" + Store.path(of: content.digest), flags, resolve: .beneath)
      guard try file.status().kind == .regular else {
        throw SystemCallError(call: "open", subject: content.digest.description, errno: .notSupported)
      }
      return file
    } catch {
      throw ImageError("opening a blob of the folder '\(path.shortened)'", error)
    }
  }

  private static let nameKey = "org.opencontainers.image.ref.name"
}
