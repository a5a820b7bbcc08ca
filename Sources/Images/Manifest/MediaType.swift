// What a document or a layer is, by its media type.

/// The kinds of content of an image, whichever of the two families of media types names them.
public enum ContentKind: Equatable, Sendable {
  case index
  case manifest
  case configuration
  case layer
  /// A first-generation manifest of Docker.
  case schemaOne
  /// A layer that only who holds a key can read.
  case encryptedLayer
  /// Anything else: an artifact, or what later specifications bring.
  case other

  /// The kind behind a media type; parameters after a semicolon do not count.
  public init(mediaType: String) {
    let bare = mediaType.split(separator: ";").first.map(String.init) ?? ""
    let name = String(bare.filter { $0 != " " }).lowercased()
    if let kind = ContentKind.known[name] {
      self = kind
    } else if ContentKind.layerPrefixes.contains(where: { name.hasPrefix($0) }) {
      self = name.hasSuffix("+encrypted") ? .encryptedLayer : .layer
    } else {
      self = .other
    }
  }

  /// What is asked for when a manifest is fetched, best first.
  public static let acceptedManifests = [
    "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  ]

  private static let known: [String: ContentKind] = [
    "application/vnd.oci.image.index.v1+json": .index,
    "application/vnd.docker.distribution.manifest.list.v2+json": .index,
    "application/vnd.oci.image.manifest.v1+json": .manifest,
    "application/vnd.docker.distribution.manifest.v2+json": .manifest,
    "application/vnd.oci.image.config.v1+json": .configuration,
    "application/vnd.docker.container.image.v1+json": .configuration,
    "application/vnd.docker.distribution.manifest.v1+json": .schemaOne,
    "application/vnd.docker.distribution.manifest.v1+prettyjws": .schemaOne,
  ]

  /// How a layer is compressed is told by its first bytes, not by what follows here: builders got that wrong.
  private static let layerPrefixes = [
    "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar",
  ]
}
