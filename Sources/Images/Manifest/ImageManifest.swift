// The parts of one image: its configuration and its layers.

public import OCI

/// The parts of one image (image-spec manifest.md, manifest schema 2 of Docker).
public struct ImageManifest: JSONObject, Equatable, Sendable {
  public var schemaVersion = 2
  public var mediaType = ""
  public var artifactType = ""
  public var configuration = ContentDescriptor()
  /// The lowest first.
  public var layers: [ContentDescriptor] = []
  public var annotations = Annotations()

  public init() {}

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("schemaVersion", &schemaVersion, .always)
    try json.field("mediaType", &mediaType)
    try json.field("artifactType", &artifactType)
    try json.field("config", &configuration, .required)
    try json.field("layers", &layers)
    try json.field("annotations", &annotations)
  }

  /// The configuration and the layers, each checked and none of a kind that cannot be run.
  public func contents(_ limits: ImageLimits = ImageLimits()) throws(ImageError) -> ImageContents {
    guard self.configuration.kind == .configuration else {
      let type = self.configuration.mediaType.shortened
      throw ImageError(.unsupported, "the manifest is of an artifact, not of an image: its config is of type '\(type)'")
    }
    guard layers.count <= limits.layers else {
      throw ImageError(.limitExceeded, "the image has \(layers.count) layers, at most \(limits.layers) can be mounted")
    }
    let configuration = try self.configuration.checked("the manifest's config", limit: limits.documentBytes)
    var contents: [Content] = []
    for (index, layer) in layers.enumerated() {
      guard layer.kind == .layer else {
        let what = layer.kind == .encryptedLayer ? "is encrypted" : "is of type '\(layer.mediaType.shortened)'"
        throw ImageError(.unsupported, "layer \(index + 1) \(what), which cannot be unpacked")
      }
      contents.append(try layer.checked("layer \(index + 1)", limit: limits.blobBytes))
    }
    return ImageContents(configuration: configuration, layers: contents)
  }
}

/// What a manifest is made of.
public struct ImageContents: Equatable, Sendable {
  public let configuration: Content
  /// The lowest first.
  public let layers: [Content]
}
