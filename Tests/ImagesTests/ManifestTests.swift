// Manifests, indexes and configurations of both families.

import Images
import OCI
import Testing

@Suite("Manifests")
struct ManifestTests {
  static let hex = String(repeating: "ab", count: 32)
  static let oci = "application/vnd.oci.image"
  static let docker = "application/vnd.docker"

  private func manifest(config: String, layer: String, type: String? = nil, rest: String = "") -> String {
    let own = type.map { #""mediaType": "\#($0)","# } ?? ""
    return #"{"schemaVersion": 2, \#(own) "config": {"mediaType": "\#(config)", "digest": "sha256:\#(Self.hex)", "#
      + #""size": 7}, "layers": [{"mediaType": "\#(layer)", "digest": "sha256:\#(Self.hex)", "size": 9}]\#(rest)}"#
  }

  private func read(_ text: String, as mediaType: String? = nil) throws -> ManifestDocument {
    try ManifestDocument(Array(text.utf8), mediaType: mediaType)
  }

  private func contents(_ text: String) throws -> ImageContents {
    guard case .manifest(let manifest) = try read(text) else { throw ImageError(.malformed, "no manifest") }
    return try manifest.contents()
  }

  @Test(
    "a manifest of either family is read",
    arguments: [
      ("\(oci).config.v1+json", "\(oci).layer.v1.tar+zstd", "\(oci).manifest.v1+json"),
      (
        "\(docker).container.image.v1+json", "\(docker).image.rootfs.diff.tar.gzip",
        "\(docker).distribution.manifest.v2+json"
      ),
    ])
  func families(config: String, layer: String, type: String) throws {
    let parts = try contents(manifest(config: config, layer: layer, type: type))
    #expect(parts.configuration.size == 7)
    #expect(parts.layers.map(\.size) == [9])
    _ = try read(manifest(config: config, layer: layer), as: type + "; charset=utf-8")
  }

  @Test("schema 1 is refused by name")
  func schemaOne() {
    let old = #"{"schemaVersion": 1, "fsLayers": [{"blobSum": "x"}], "history": [], "config": 3, "layers": "no"}"#
    expectRefusal(.malformed, "schema 1") { _ = try read(old) }
    let type = "\(Self.docker).distribution.manifest.v1+prettyjws"
    expectRefusal(.malformed, "schema 1") { _ = try read(#"{"schemaVersion": 2, "mediaType": "\#(type)"}"#) }
  }

  @Test("a document that is two things at once is refused")
  func ambiguous() {
    let both = manifest(
      config: "\(Self.oci).config.v1+json", layer: "\(Self.oci).layer.v1.tar",
      rest: #", "manifests": [{"mediaType": "x", "digest": "sha256:\#(Self.hex)", "size": 1}]"#)
    expectRefusal(.malformed, "at once") { _ = try read(both) }
    let plain = manifest(config: "\(Self.oci).config.v1+json", layer: "\(Self.oci).layer.v1.tar")
    expectRefusal(.malformed, "index") { _ = try read(plain, as: "\(Self.oci).index.v1+json") }
    let index = #"{"schemaVersion": 2, "mediaType": "\#(Self.oci).manifest.v1+json", "manifests": []}"#
    expectRefusal(.malformed, "fields of an index") { _ = try read(index) }
  }

  @Test("artifacts, encrypted and unknown layers are refused by name")
  func unsupported() {
    let config = "\(Self.oci).config.v1+json"
    expectRefusal(.unsupported, "artifact", "empty") {
      _ = try contents(manifest(config: "\(Self.oci).empty.v1+json", layer: "\(Self.oci).layer.v1.tar"))
    }
    expectRefusal(.unsupported, "encrypted") {
      _ = try contents(manifest(config: config, layer: "\(Self.oci).layer.v1.tar+gzip+encrypted"))
    }
    expectRefusal(.unsupported, "wasm") {
      _ = try contents(manifest(config: config, layer: "application/vnd.wasm"))
    }
  }

  @Test("digests, sizes and counts are checked before anything is fetched")
  func checked() {
    let config = "\(Self.oci).config.v1+json"
    let good = manifest(config: config, layer: "\(Self.oci).layer.v1.tar")
    expectRefusal(.malformed, "layer 1", "sha256") {
      _ = try contents(good.replacing(#""sha256:\#(Self.hex)", "size": 9"#, with: #""sha256:../x", "size": 9"#))
    }
    expectRefusal(.malformed, "negative") { _ = try contents(good.replacing(": 9", with: ": -1")) }
    expectRefusal(.limitExceeded, "config") { _ = try contents(good.replacing(": 7", with: ": 4194305")) }
    expectRefusal(.limitExceeded, "bytes") { _ = try contents(good.replacing(": 9", with: ": 9000000000000")) }
    expectRefusal(.malformed) { _ = try read(good.replacing(": 9", with: ": 1e30")) }
    let layer = #"{"mediaType": "\#(Self.oci).layer.v1.tar", "digest": "sha256:\#(Self.hex)", "size": 9}"#
    let many = [String](repeating: layer, count: 501).joined(separator: ",")
    expectRefusal(.limitExceeded, "501 layers", "500") { _ = try contents(good.replacing(layer, with: many)) }
  }

  @Test("a manifest above the limit is not even parsed")
  func huge() {
    expectRefusal(.limitExceeded) {
      _ = try ManifestDocument([UInt8](repeating: UInt8(ascii: " "), count: (4 << 20) + 1), mediaType: nil)
    }
  }

  @Test("a configuration is read with its nulls, and fits its manifest or is refused")
  func configuration() throws {
    let text = #"""
      {"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z",
       "config": {"User": "65534:0", "Env": ["A=b"], "Entrypoint": null, "Cmd": ["sh", "-c", "true"], "Volumes":
         {"/data": {}}, "WorkingDir": "/w", "Labels": null, "ExposedPorts": {"80/tcp": {}}, "StopSignal": "SIGQUIT"},
       "rootfs": {"type": "layers", "diff_ids": ["sha256:\#(Self.hex)"]},
       "history": [{"created_by": "x"}, {"empty_layer": true}]}
      """#
    let configuration = try ImageConfiguration.decode(Array(text.utf8), layers: 1)
    #expect(configuration.platform == Platform(system: "linux", architecture: "amd64"))
    #expect(configuration.container.command == ["sh", "-c", "true"])
    #expect(configuration.container.volumes.entries.map(\.key) == ["/data"])
    #expect(configuration.history.map(\.isEmptyLayer) == [false, true])
    #expect(try configuration.diffIDs().map(\.hex) == [Self.hex])
    expectRefusal(.malformed, "1 layers, the manifest 2") {
      _ = try ImageConfiguration.decode(Array(text.utf8), layers: 2)
    }
    expectRefusal(.malformed, "diff_ids") {
      _ = try ImageConfiguration.decode(Array(text.replacing("sha256:", with: "sha256:/").utf8), layers: 1)
    }
  }

  @Test("random damage to a manifest is refused or read, never more")
  func damaged() throws {
    let good = Array(
      manifest(config: "\(Self.oci).config.v1+json", layer: "\(Self.oci).layer.v1.tar").utf8)
    var state: UInt64 = 7
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      do throws(ImageError) { _ = try ManifestDocument(bytes, mediaType: nil) } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
