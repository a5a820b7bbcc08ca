// Brings the images of an archive into a store.

internal import Linux
internal import OCI

/// Brings all images of an archive into a store, with all their names: of `docker save`, of `podman save`, or of the
/// OCI's layout, compressed or not. It is read forward once, so that it may come through a pipe.
public struct Load: Sendable {
  /// What came in.
  public struct Loaded: Sendable {
    public let image: ImageRecord
    /// Those that the archive gave it; none for an image by id alone.
    public let names: [String]
  }

  public var platform = Platform.host
  public var unpacking = LayerUnpacking.thisProgram
  public var parallelLayers = 3
  private let store: Store

  public init(into store: Store) { self.store = store }

  public func run(from place: ArchivePlace) async throws(ImageError) -> [Loaded] {
    let staged = try store.stageLayer()
    _ = try unpacking.unpack(try place.openForReading(), into: staged)
    let (source, items) = try LoadedNames.read(staged.path)
    var loaded: [Loaded] = []
    for item in items { loaded.append(try await load(item, from: source)) }
    // What the archive was unpacked to is needed until here.
    withExtendedLifetime(staged) {}
    return loaded
  }

  private func load(_ item: LoadedNames, from source: any ImageSource) async throws(ImageError) -> Loaded {
    var pull = Pull(from: source, into: store)
    pull.platform = platform
    pull.unpacking = unpacking
    pull.parallelLayers = parallelLayers
    let image = try await pull.run(item.target, named: item.names.first)
    for name in item.names.dropFirst() { try store.tag(image.id.description, as: name) }
    return Loaded(image: try store.image(image.id.description), names: item.names.map(\.description))
  }
}

/// An image of an archive, and what it is called there.
struct LoadedNames {
  /// By which its source knows it.
  let target: String
  var names: [Reference] = []

  /// The annotations of an index that name an image; the first is Docker's and complete.
  static let keys = ["io.containerd.image.name", "org.opencontainers.image.ref.name"]

  /// What the folder of an unpacked archive holds. Newer archives of Docker are both: the layout has the manifests, and
  /// so keeps their digests.
  static func read(_ path: String) throws(ImageError) -> (any ImageSource, [LoadedNames]) {
    let folder = try SourceFolder(path: path)
    do throws(ImageError) {
      _ = try folder.open("index.json")
    } catch {
      guard error.reason == .notFound else { throw error }
      return try readDocker(path, folder)
    }
    let source = try LayoutSource(path: path)
    let bytes = try folder.document("index.json", ImageLimits())
    guard case .index(let index) = try ManifestDocument(bytes, mediaType: nil) else {
      throw ImageError(.malformed, "the archive's index.json is no index")
    }
    var items: [LoadedNames] = []
    for descriptor in index.manifests where descriptor.kind == .manifest || descriptor.kind == .index {
      let place = items.firstIndex { $0.target == descriptor.digestText } ?? items.count
      if place == items.count { items.append(LoadedNames(target: descriptor.digestText)) }
      let named = keys.lazy.compactMap { descriptor.annotations[$0] }.compactMap { try? Reference($0).tagged }.first
      if let named, !items[place].names.contains(named) { items[place].names.append(named) }
    }
    return (source, try checked(items))
  }

  private static func readDocker(
    _ path: String, _ folder: SourceFolder
  ) throws(ImageError) -> (any ImageSource, [LoadedNames]) {
    do throws(ImageError) {
      _ = try folder.open("manifest.json")
    } catch {
      guard error.reason == .notFound else { throw error }
      throw ImageError(.malformed, "the archive holds no image: it has neither index.json nor manifest.json")
    }
    let source = try DockerArchiveSource(path: path)
    var items: [LoadedNames] = []
    for (index, names) in source.names.enumerated() {
      var item = LoadedNames(target: "@\(index)")
      for name in names { item.names.append(try dockerName(name)) }
      items.append(item)
    }
    return (source, try checked(items))
  }

  /// Docker means its own registry by a name without one.
  private static func dockerName(_ text: String) throws(ImageError) -> Reference {
    let isShort = try ReferenceParts(text).registry == nil
    let reference = try Reference(isShort ? "\(Reference.defaultRegistry)/\(text)" : text)
    guard let tagged = reference.tagged else {
      throw ImageError(.malformed, "the archive's manifest.json: '\(text.shortened)' is no name with a tag")
    }
    return tagged
  }

  private static func checked(_ items: [LoadedNames]) throws(ImageError) -> [LoadedNames] {
    if items.isEmpty { throw ImageError(.malformed, "the archive holds no image") }
    return items
  }
}
