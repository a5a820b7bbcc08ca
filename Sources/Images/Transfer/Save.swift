// Writes images of a store into an archive.

internal import Linux
internal import OCI

/// Writes images of a store into an archive, each with the names it was asked for by. The same images make the same
/// archive, and one of the OCI's layout holds the very blobs that were pulled.
public struct Save: Sendable {
  /// An image with what it is called in the archive.
  private struct Item {
    let image: ImageRecord
    var names: [String] = []
  }

  private let store: Store
  private let format: ArchiveFormat

  public init(from store: Store, as format: ArchiveFormat) {
    self.store = store
    self.format = format
  }

  /// - Parameters:
  ///   - images: names, ids, or beginnings of ids. Of an id no name is written.
  ///   - place: a file appears under its name when it is whole.
  public func run(_ images: [String], to place: ArchivePlace) throws(ImageError) {
    let lease = try store.lease()
    let items = try items(images)
    for item in items { try hold(item.image, lease) }
    switch place {
    case .standardStream:
      let output = try attempting("writing the archive") { () throws(SystemCallError) in
        try StandardStream.output.duplicate()
      }
      try write(items, TarWriter(output))
    case .file(let path): try writeFile(items, path)
    }
    try lease.end()
  }

  private func items(_ images: [String]) throws(ImageError) -> [Item] {
    var items: [Item] = []
    for text in images {
      let image = try store.image(text)
      let index = items.firstIndex { $0.image.id == image.id } ?? items.count
      if index == items.count { items.append(Item(image: image)) }
      let name = (try? Reference(text))?.tagged?.description
      if let name, image.names.contains(name), !items[index].names.contains(name) { items[index].names.append(name) }
    }
    return items
  }

  /// Everything of the image must be there until it is written.
  private func hold(_ image: ImageRecord, _ lease: Lease) throws(ImageError) {
    for digest in try [image.manifest, image.id] + contents(of: image).layers.map(\.digest) {
      guard try store.holds(digest, lease) else {
        throw ImageError(.notFound, "'\(digest)' of the image \(image.id.short) is not in the store: pull it again")
      }
    }
  }

  private func manifest(of image: ImageRecord) throws(ImageError) -> ImageManifest {
    guard case .manifest(let manifest) = try ManifestDocument(try store.document(image.manifest), mediaType: nil)
    else { throw ImageError(.damaged, "the manifest of the image \(image.id.short) is none") }
    return manifest
  }

  private func contents(of image: ImageRecord) throws(ImageError) -> ImageContents {
    try manifest(of: image).contents()
  }

  /// Under another name first: what stands there by then is whole.
  private func writeFile(_ items: [Item], _ path: String) throws(ImageError) {
    let doing = "writing the archive '\(path.shortened)'"
    let isPlain = (try? Descriptor.workingDirectory.status(of: path, followLinks: true).kind == .regular) ?? true
    let new = isPlain ? "\(path).\(store.owner.text).new" : path
    let flags: OpenFlags = isPlain ? [.writeOnly, .create, .exclusive, .noFollow] : .writeOnly
    let output = try attempting(doing) { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(new, flags, mode: 0o644)
    }
    do throws(ImageError) {
      try write(items, TarWriter(output))
      guard isPlain else { return }
      try attempting(doing) { () throws(SystemCallError) in
        try Descriptor.workingDirectory.rename(new, to: path, in: Descriptor.workingDirectory)
      }
    } catch {
      if isPlain { try? Descriptor.workingDirectory.removeFile(new) }
      throw error
    }
  }

  private func write(_ items: [Item], _ writer: consuming TarWriter) throws(ImageError) {
    switch format {
    case .docker: try writeDocker(items, &writer)
    case .layout: try writeLayout(items, &writer)
    }
    try writer.finish()
  }
}

// MARK: - The OCI's layout

extension Save {
  private func writeLayout(_ items: [Item], _ writer: inout TarWriter) throws(ImageError) {
    var index = ImageIndex()
    index.mediaType = "application/vnd.oci.image.index.v1+json"
    try writer.directory("blobs")
    for algorithm in DigestAlgorithm.allCases { try writer.directory("blobs/\(algorithm.rawValue)") }
    var written: Set<Digest> = []
    for item in items {
      let manifest = try manifest(of: item.image)
      let contents = try manifest.contents()
      let size = Int64(try store.document(item.image.manifest).count)
      for content in contents.layers + [contents.configuration, Content(digest: item.image.manifest, size: size)]
      where written.insert(content.digest).inserted {
        try writeBlob(content, &writer)
      }
      let type = manifest.mediaType.isEmpty ? "application/vnd.oci.image.manifest.v1+json" : manifest.mediaType
      let descriptor = ContentDescriptor(mediaType: type, digest: item.image.manifest, size: size)
      index.manifests += descriptor.named(item.names)
    }
    try writer.file("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    try writer.file("index.json", index.encoded())
  }

  /// A blob as it is, hashed once more: disks forget.
  private func writeBlob(_ content: Content, _ writer: inout TarWriter) throws(ImageError) {
    let file = try store.open(content.digest)
    var hash = ContentHash(content.digest.algorithm)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    try writer.begin("blobs/" + Store.path(of: content.digest), size: content.size)
    while true {
      let count = try attempting("reading \(content.digest)") { () throws(SystemCallError) in
        try file.read(into: &buffer)
      }
      if count == 0 { break }
      hash.update(buffer[..<count])
      try writer.write(buffer, 0..<count)
    }
    try writer.end()
    guard hash.digest == content.digest else {
      throw ImageError(.damaged, "\(content.digest) is damaged in the store: remove the image and pull it again")
    }
  }
}

extension ContentDescriptor {
  /// One entry of an index for each name, or one without any.
  fileprivate func named(_ names: [String]) -> [ContentDescriptor] {
    if names.isEmpty { return [self] }
    return names.map { name in
      var descriptor = self
      for key in LoadedNames.keys { descriptor.annotations[key] = name }
      return descriptor
    }
  }
}

// MARK: - Docker's

extension Save {
  private func writeDocker(_ items: [Item], _ writer: inout TarWriter) throws(ImageError) {
    var written: Set<Digest> = []
    var entries: [DockerArchiveEntry] = []
    for item in items {
      let contents = try contents(of: item.image)
      var entry = DockerArchiveEntry()
      entry.configuration = item.image.id.hex + ".json"
      entry.names = item.names
      try writer.file(entry.configuration, try store.document(item.image.id))
      for (layer, blob) in zip(item.image.layers, contents.layers) {
        entry.layers.append(layer.diffID.hex + ".tar")
        if written.insert(layer.diffID).inserted { try writeArchive(of: layer, blob, &writer) }
      }
      entries.append(entry)
    }
    try writer.file("manifest.json", DockerArchiveEntry.encoded(list: entries))
  }

  /// The uncompressed archive of a layer, hashed on the way.
  private func writeArchive(
    of layer: LayerRecord, _ blob: Content, _ writer: inout TarWriter
  ) throws(ImageError) {
    let stream = LayerStream(try store.open(blob.digest))
    try writer.begin(layer.diffID.hex + ".tar", size: layer.archiveSize)
    while case let range = try stream.next(Int64.max), !range.isEmpty { try writer.write(stream.buffer, range) }
    try writer.end()
    guard try stream.finish().archive.digest == layer.diffID else {
      throw ImageError(.damaged, "\(blob.digest) is damaged in the store: remove the image and pull it again")
    }
  }
}
