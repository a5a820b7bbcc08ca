// A manifest or an index, told apart by its content.

internal import OCI

/// A manifest or an index, told apart by its content.
///
/// A document that could be read as both is refused, and so is one whose media type, the one inside or the one that
/// the registry told, says something else than its fields: two readers must never see two images (CVE-2021-41190).
public enum ManifestDocument: Equatable, Sendable {
  case index(ImageIndex)
  case manifest(ImageManifest)

  /// - Parameter mediaType: what the registry or the descriptor said; nil or `application/json` says nothing.
  public init(_ bytes: [UInt8], mediaType: String?, limits: ImageLimits = ImageLimits()) throws(ImageError) {
    guard bytes.count <= limits.documentBytes else {
      throw ImageError(
        .limitExceeded, "the manifest has \(bytes.count) bytes, at most \(limits.documentBytes) are taken")
    }
    do throws(SpecError) {
      self = try ManifestDocument.decode(try ManifestOutline.decode(bytes), bytes)
    } catch {
      throw ImageError("the manifest", error)
    }
    try checkMediaType(mediaType ?? "")
  }

  private static func decode(_ outline: ManifestOutline, _ bytes: [UInt8]) throws(SpecError) -> ManifestDocument {
    if outline.schemaVersion == 1 || outline.kind == .schemaOne || !outline.schemaOneLayers.isEmpty {
      throw SpecError("", "it is of schema 1 of Docker, which nobody may use any more: push the image again")
    }
    guard outline.schemaVersion == 2 else {
      throw SpecError("schemaVersion", "must be 2, is \(outline.schemaVersion)")
    }
    let hasManifest = outline.configuration != nil || !outline.layers.isEmpty
    if hasManifest && !outline.manifests.isEmpty {
      throw SpecError("", "it is a manifest and an index at once")
    }
    return hasManifest ? .manifest(try ImageManifest.decode(bytes)) : .index(try ImageIndex.decode(bytes))
  }

  private func checkMediaType(_ told: String) throws(ImageError) {
    let (kind, own) =
      switch self {
      case .index(let index): (ContentKind.index, index.mediaType)
      case .manifest(let manifest): (ContentKind.manifest, manifest.mediaType)
      }
    for type in [own, told] where !ManifestDocument.saysNothing(type) && ContentKind(mediaType: type) != kind {
      let what = kind == .index ? "an index" : "a manifest"
      throw ImageError(.malformed, "the manifest is of type '\(type.shortened)' but has the fields of \(what)")
    }
  }

  private static func saysNothing(_ type: String) -> Bool {
    ["", "application/json", "text/plain", "application/octet-stream"].contains(
      type.split(separator: ";").first.map(String.init) ?? "")
  }
}

/// The fields that tell the kinds of documents apart.
private struct ManifestOutline: JSONObject {
  var schemaVersion = 0
  var mediaType = ""
  var manifests: [ContentDescriptor] = []
  var configuration: ContentDescriptor?
  var layers: [ContentDescriptor] = []
  var schemaOneLayers: [EmptyObject] = []

  var kind: ContentKind { ContentKind(mediaType: mediaType) }

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("schemaVersion", &schemaVersion)
    try json.field("mediaType", &mediaType)
    try json.field("fsLayers", &schemaOneLayers)
    guard schemaVersion != 1, schemaOneLayers.isEmpty else { return }
    try json.field("manifests", &manifests)
    try json.field("config", &configuration)
    try json.field("layers", &layers)
  }
}
