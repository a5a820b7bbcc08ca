// An image as a well-behaved registry serves it.

import Foundation

@testable import Images

/// An image as a well-behaved registry serves it: manifests by tag and digest, content with ranges.
struct ServedImage: Sendable {
  let image: TestImage
  let manifest: [UInt8]
  private let contents: [Digest: [UInt8]]

  init(_ image: TestImage, in scratch: Scratch) throws {
    let folder = scratch.path + "/served-" + UUID().uuidString
    let digest = try image.write(to: folder)
    var contents: [Digest: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/blobs/sha256") {
      contents[try Digest("sha256:" + name)] = Array(
        try Data(contentsOf: URL(filePath: "\(folder)/blobs/sha256/\(name)")))
    }
    self.image = image
    self.contents = contents
    manifest = contents[digest] ?? []
  }

  /// The largest content: a layer.
  var layer: (digest: Digest, bytes: [UInt8]) {
    let layers = contents.filter { $0.value != manifest && $0.value != image.configuration }
    let largest = layers.max { ($0.value.count, $0.key.hex) < ($1.value.count, $1.key.hex) }
    return (largest?.key ?? ContentHash.digest([]), largest?.value ?? [])
  }

  func reply(_ request: TestRequest) -> TestReply {
    let name = request.path.split(separator: "/").last.map(String.init) ?? ""
    if request.path == "/v2/" { return TestReply(200) }
    if request.path.hasPrefix("/v2/a/manifests/") {
      let digest = Digest(exactly: name) ?? ContentHash.digest(manifest)
      guard let bytes = contents[digest] else { return TestRegistry.unknown }
      return TestReply(200, [("Content-Type", "application/vnd.oci.image.manifest.v1+json")], bytes)
    }
    guard let bytes = Digest(exactly: name).flatMap({ contents[$0] }) else { return TestRegistry.unknown }
    guard let offset = request.offset else { return TestReply(200, [], bytes) }
    return TestReply(
      206, [("Content-Range", "bytes \(offset)-\(bytes.count - 1)/\(bytes.count)")], Array(bytes[offset...]))
  }
}

extension TestRegistry {
  static let unknown = TestReply(404, text: #"{"errors": [{"code": "MANIFEST_UNKNOWN", "message": "not here"}]}"#)
}
