// Brings an image into a store.

internal import Linux

/// Brings an image into a store: its documents, its layers, all checked, and at last its name, in one step.
public struct Pull: Sendable {
  /// What is said to whoever shows the progress.
  public enum Event: Sendable {
    /// The layers by digest and size, the lowest first.
    case layers([Content])
    /// The layer was there already.
    case present(Digest)
    /// How many bytes of the layer came so far.
    case fetching(Digest, Int64)
    case fetched(Digest)
    case unpacked(Digest)
  }

  public var platform = Platform.host
  public var limits = ImageLimits()
  public var unpacking = LayerUnpacking.thisProgram
  /// Layers that are fetched or unpacked at once.
  public var parallelLayers = 3
  public var report: @Sendable (Event) -> Void = { _ in }

  private let store: Store
  private let source: any ImageSource

  public init(from source: any ImageSource, into store: Store) {
    self.source = source
    self.store = store
  }

  /// - Parameters:
  ///   - target: a tag or digest; nil for the only image of the source.
  ///   - name: what the image is called afterwards; nil for nothing but its id.
  public func run(_ target: String?, named name: Reference?) async throws(ImageError) -> ImageRecord {
    let lease = try await onThread { () throws(ImageError) in try store.lease() }
    let (manifest, digest, top) = try await manifest(target, lease)
    let contents = try manifest.contents(limits)
    let configuration = try await configuration(contents, lease)
    let diffIDs = try configuration.diffIDs()
    report(.layers(contents.layers))
    let unpacked = try await unpack(contents.layers, diffIDs, lease)
    var names: [String] = []
    if let name {
      if let tagged = name.tagged { names.append(tagged.description) }
      names += Set([name.pinned(to: top).description, name.pinned(to: digest).description]).sorted()
    }
    let image = Store.NewImage(
      id: contents.configuration.digest, manifest: digest, platform: configuration.platform.description, names: names)
    return try await onThread { () throws(ImageError) in try finish(image, unpacked, contents.layers, lease) }
  }

  /// Puts the layers in place, and at last the image.
  private func finish(
    _ image: Store.NewImage, _ layers: [UnpackedLayer], _ contents: [Content], _ lease: Lease
  ) throws(ImageError) -> ImageRecord {
    var image = image
    var records: [LayerRecord] = []
    for (index, layer) in layers.enumerated() {
      let record = try layer.place(in: store, above: records, lease)
      records.append(record)
      image.layers.append((record, contents[index]))
    }
    try store.add(image)
    try lease.end()
    return try store.image(image.id.description)
  }

  /// The manifest for the platform, its digest, and the digest of the document that the target named.
  private func manifest(
    _ target: String?, _ lease: Lease
  ) async throws(ImageError) -> (ImageManifest, Digest, top: Digest) {
    var (target, expected): (String?, Content?) = (target, nil)
    var top: Digest?
    for _ in 0..<limits.indexDepth {
      let document = try await source.document(target)
      let digest = try check(document, target, expected)
      switch try ManifestDocument(document.bytes, mediaType: document.mediaType, limits: limits) {
      case .manifest(let manifest):
        _ = try await onThread { () throws(ImageError) in try store.add(document.bytes, lease) }
        return (manifest, digest, top ?? digest)
      case .index(let index):
        let chosen = try index.manifest(for: platform)
        expected = try chosen.checked("a manifest of the index", limit: limits.documentBytes)
        target = expected?.digest.description
        top = top ?? digest
      }
    }
    throw ImageError(.limitExceeded, "indexes are nested deeper than \(limits.indexDepth)")
  }

  private func check(
    _ document: SourceDocument, _ target: String?, _ expected: Content?
  ) throws(ImageError) -> Digest {
    let wanted = target.flatMap(Digest.init(exactly:))
    let digest = ContentHash.digest(document.bytes, wanted?.algorithm ?? .sha256)
    if let wanted, wanted != digest {
      throw ImageError(.digestMismatch, "\(wanted): the manifest that came has the digest \(digest)")
    }
    if let expected, expected.size != document.bytes.count {
      throw ImageError(.digestMismatch, "\(digest): \(document.bytes.count) bytes came of \(expected.size)")
    }
    return digest
  }

  private func configuration(_ contents: ImageContents, _ lease: Lease) async throws(ImageError) -> ImageConfiguration {
    let content = contents.configuration
    if !(try await isHeld(content, lease)) { try await fetch(content, listener: nil, lease) { _ in } }
    let configuration = try await onThread { () throws(ImageError) in
      try ImageConfiguration.decode(
        try store.document(content.digest, limits: limits), layers: contents.layers.count, limits: limits)
    }
    let own = configuration.platform
    if !own.architecture.isEmpty, platform.rank(of: own) == nil {
      throw ImageError(.notFound, "the image is for the platform \(own), not for \(platform)")
    }
    return configuration
  }

  /// Whether the store has the content; it stays there.
  private func isHeld(_ content: Content, _ lease: Lease) async throws(ImageError) -> Bool {
    try await onThread { () throws(ImageError) in try store.holds(content.digest, lease) }
  }

  /// Brings content into the store.
  /// - Parameter listener: gets the bytes meanwhile, and is closed at their end.
  private func fetch(
    _ content: Content, listener: Handover<Descriptor>?, _ lease: Lease, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) {
    let writer = try await onThread { () throws(ImageError) in
      guard let listener else { return Handover(try store.writer(of: content)) }
      return Handover(try store.writer(of: content, listener: try listener.take()))
    }
    let fetched = Handover(try await source.fetch(content, into: try writer.take(), progress: progress))
    try await onThread { () throws(ImageError) in try fetched.take().commit(lease) }
  }
}

// MARK: - Layers

extension Pull {
  /// Fetches and unpacks what is not there yet, several layers at once: none needs the others.
  private func unpack(
    _ contents: [Content], _ diffIDs: [Digest], _ lease: Lease
  ) async throws(ImageError) -> [UnpackedLayer] {
    let layers = contents.indices.map { _ in UnpackedLayer() }
    // Two layers of the same content are one; images of builders that add nothing have many.
    let first = contents.indices.filter { index in !diffIDs[..<index].contains(diffIDs[index]) }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        var rest = first[...]
        for _ in 0..<max(1, parallelLayers) {
          guard let index = rest.popFirst() else { break }
          group.addTask { try await unpack(layers[index], contents[index], diffIDs[...index], lease) }
        }
        while try await group.next() != nil {
          guard let index = rest.popFirst() else { continue }
          group.addTask { try await unpack(layers[index], contents[index], diffIDs[...index], lease) }
        }
      }
    } catch let error as ImageError {
      throw error
    } catch {
      throw ImageError(.unreachable, "the pull was cancelled")
    }
    for index in contents.indices where !first.contains(index) {
      if let twin = diffIDs.firstIndex(of: diffIDs[index]) { layers[index].copy(layers[twin]) }
    }
    return layers
  }

  private func unpack(
    _ layer: UnpackedLayer, _ content: Content, _ diffIDs: ArraySlice<Digest>, _ lease: Lease
  ) async throws(ImageError) {
    if let record = try await onThread({ () throws(ImageError) in try store.layer(diffIDs, lease) }) {
      report(.present(content.digest))
      return layer.set(record)
    }
    if try await isHeld(content, lease) {
      report(.fetched(content.digest))
      try await onThread { () throws(ImageError) in
        let staged = try store.stageLayer()
        let answer = try unpacking.unpack(try store.open(content.digest), into: staged)
        guard answer.digest == content.digest.description || content.digest.algorithm != .sha256 else {
          throw ImageError(.damaged, "\(content.digest) is damaged in the store: its digest is \(answer.digest)")
        }
        layer.set(staged, answer)
      }
    } else {
      try await receive(layer, content, lease)
    }
    guard let diffID = layer.diffID, diffID == diffIDs.last?.description else {
      throw ImageError(
        .digestMismatch,
        "\(content.digest): its archive has the digest \(layer.diffID ?? ""), not the one announced")
    }
    report(.unpacked(content.digest))
  }

  /// In one pass: what comes is hashed and written, and unpacked by another process meanwhile.
  private func receive(_ layer: UnpackedLayer, _ content: Content, _ lease: Lease) async throws(ImageError) {
    let ends = try attempting("making a socket") { () throws(SystemCallError) in try DescriptorPair.sockets(.stream) }
    let (input, listener) = (Handover(ends.first), Handover(ends.second))
    async let unpacked = unpackWhatComes(through: input, to: layer)
    do throws(ImageError) {
      try await fetch(content, listener: listener, lease) { [report] count in report(.fetching(content.digest, count)) }
    } catch {
      // Its input ends here. That the content is not what it should be counts more than what that did to the archive.
      _ = await unpacked
      throw error
    }
    report(.fetched(content.digest))
    try await unpacked.get()
  }

  /// Unpacks what comes through a socket.
  private func unpackWhatComes(
    through input: Handover<Descriptor>, to layer: UnpackedLayer
  ) async -> Result<Void, ImageError> {
    do throws(ImageError) {
      return .success(
        try await onThread { () throws(ImageError) in
          // Taken first: whatever fails here, its end tells the other side not to wait for this one.
          let socket = try input.take()
          let staged = try store.stageLayer()
          let answer = try unpacking.unpack(socket, into: staged, isHashed: false)
          layer.set(staged, answer)
        })
    } catch {
      return .failure(error)
    }
  }
}
