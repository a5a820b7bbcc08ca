// A list of the same image for several platforms.

public import OCI

/// A list of the same image for several platforms (image-spec image-index.md, manifest list of Docker).
public struct ImageIndex: JSONObject, Equatable, Sendable {
  public var schemaVersion = 2
  public var mediaType = ""
  public var manifests: [ContentDescriptor] = []
  public var annotations = Annotations()

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("schemaVersion", &schemaVersion, .always)
    try json.field("mediaType", &mediaType)
    try json.field("manifests", &manifests)
    try json.field("annotations", &annotations)
  }

  /// The manifest that runs best on a platform; of equal ones the first, as the specification wants it.
  /// Entries of unknown platform are statements about images, not images; those without a platform run anywhere.
  public func manifest(for platform: Platform) throws(ImageError) -> ContentDescriptor {
    var best: (rank: Int, descriptor: ContentDescriptor)?
    for descriptor in manifests where descriptor.kind == .manifest || descriptor.kind == .index {
      guard let rank = rank(of: descriptor, for: platform), rank < best?.rank ?? Int.max else { continue }
      best = (rank, descriptor)
    }
    if let best { return best.descriptor }
    let offered = manifests.compactMap { $0.platform?.description }.filter { $0 != "unknown/unknown" }
    let list = offered.isEmpty ? "none" : offered.joined(separator: ", ").shortened
    throw ImageError(.notFound, "no image for the platform \(platform) (there is: \(list))")
  }

  private func rank(of descriptor: ContentDescriptor, for platform: Platform) -> Int? {
    guard let offered = descriptor.platform, !offered.architecture.isEmpty else { return 1000 }
    return platform.rank(of: offered)
  }
}
