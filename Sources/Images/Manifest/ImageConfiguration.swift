// What an image says about itself and its containers.

public import OCI

/// What an image says about itself and its containers (image-spec config.md). All of it is text of strangers.
public struct ImageConfiguration: JSONObject, Equatable, Sendable {
  public var created = ""
  public var author = ""
  public var platform = Platform()
  public var container = ContainerDefaults()
  public var rootfs = RootfsLayers()
  public var history: [HistoryEntry] = []

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("created", &created)
    try json.field("author", &author)
    try platform.fields(json)
    try json.field("config", &container)
    try json.field("rootfs", &rootfs)
    try json.field("history", &history)
  }

  /// Reads a configuration and checks that it fits a manifest of so many layers.
  public static func decode(
    _ bytes: [UInt8], layers: Int, limits: ImageLimits = ImageLimits()
  ) throws(ImageError) -> ImageConfiguration {
    guard bytes.count <= limits.documentBytes else {
      throw ImageError(
        .limitExceeded, "the configuration has \(bytes.count) bytes, at most \(limits.documentBytes) are taken")
    }
    let configuration: ImageConfiguration
    do throws(SpecError) { configuration = try decode(bytes) } catch { throw ImageError("the configuration", error) }
    guard try configuration.diffIDs().count == layers else {
      let count = configuration.rootfs.diffIDs.count
      throw ImageError(.malformed, "the configuration lists \(count) layers, the manifest \(layers)")
    }
    return configuration
  }

  /// The digests of the layers' uncompressed archives, the lowest first.
  public func diffIDs() throws(ImageError) -> [Digest] {
    var digests: [Digest] = []
    for text in rootfs.diffIDs {
      guard let digest = Digest(exactly: text) else {
        throw ImageError(.malformed, "the configuration: rootfs.diff_ids: '\(text.shortened)' is no digest")
      }
      digests.append(digest)
    }
    return digests
  }
}

/// The layers of a root file system.
public struct RootfsLayers: JSONObject, Equatable, Sendable {
  public var type = "layers"
  public var diffIDs: [String] = []

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("type", &type, .always)
    try json.field("diff_ids", &diffIDs, .always)
  }
}

/// How a layer came to be.
public struct HistoryEntry: JSONObject, Equatable, Sendable {
  public var created = ""
  public var createdBy = ""
  public var comment = ""
  public var isEmptyLayer = false

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("created", &created)
    try json.field("created_by", &createdBy)
    try json.field("comment", &comment)
    try json.field("empty_layer", &isEmptyLayer)
  }
}
