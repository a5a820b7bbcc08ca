// Images in an unpacked archive of `docker save`.

internal import OCI
internal import Synchronization

/// Images in an unpacked archive of `docker save`: `manifest.json` names a configuration and layers by their files. It
/// has no manifest of the kind that registries have, so one is made.
public final class DockerArchiveSource: ImageSource {
  /// `manifest.json` is a list, which is no document of its own to the reader.
  private struct Document: JSONObject {
    var entries: [DockerArchiveEntry] = []

    mutating func fields(_ json: JSONCoder) throws(SpecError) { try json.field("list", &entries) }
  }

  private let folder: SourceFolder
  private let entries: [DockerArchiveEntry]
  /// The files by the digests that were found when a manifest was made of them.
  private let files = Mutex<[Digest: String]>([:])

  public init(path: String, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    folder = try SourceFolder(path: path)
    let list = try folder.document("manifest.json", limits)
    do throws(SpecError) {
      entries = try Document.decode(Array(#"{"list":"#.utf8) + list + [UInt8(ascii: "}")]).entries
    } catch {
      throw ImageError("the archive's manifest.json", error)
    }
    for entry in entries where entry.layers.count > limits.layers {
      throw ImageError(.limitExceeded, "the image has \(entry.layers.count) layers, at most \(limits.layers) are taken")
    }
  }

  /// What the archive calls each of its images.
  var names: [[String]] { entries.map(\.names) }

  /// - Parameter target: a name as the archive has it, such as `debian:12`, or its place in the list, such as `@0`.
  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    let found = entries.indices.filter { index in
      target == nil || target == "@\(index)" || entries[index].names.contains(target ?? "")
    }.map { entries[$0] }
    guard found.count == 1, let entry = found.first else {
      let names = entries.flatMap(\.names).joined(separator: ", ").shortened
      throw ImageError(.notFound, "the archive has \(found.count) images of that name; it holds: \(names)")
    }
    var manifest = ImageManifest()
    manifest.mediaType = "application/vnd.oci.image.manifest.v1+json"
    let configuration = try content(entry.configuration)
    manifest.configuration = ContentDescriptor(
      mediaType: "application/vnd.oci.image.config.v1+json", digest: configuration.digest, size: configuration.size)
    for layer in entry.layers {
      let content = try content(layer)
      manifest.layers.append(
        ContentDescriptor(
          mediaType: "application/vnd.oci.image.layer.v1.tar", digest: content.digest, size: content.size))
    }
    return SourceDocument(bytes: manifest.encoded(), mediaType: manifest.mediaType)
  }

  public func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    guard let name = files.withLock({ $0[content.digest] }) else {
      throw ImageError(.notFound, "the archive has no file with the digest \(content.digest)")
    }
    return try await folder.copy(name, into: writer, progress: progress)
  }

  private func content(_ name: String) throws(ImageError) -> Content {
    let content = try folder.content(name)
    files.withLock { $0[content.digest] = name }
    return content
  }
}
