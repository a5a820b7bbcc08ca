// Which image of an index is taken.

import Images
import Testing

@Suite("Platforms")
struct PlatformTests {
  private func index(_ platforms: [String?]) throws -> ImageIndex {
    let hex = String(repeating: "0", count: 62)
    let entries = try platforms.enumerated().map { number, text in
      let place = try text.map { text in
        let platform = try Platform(text)
        return #", "platform": {"os": "\#(platform.system)", "architecture": "\#(platform.architecture)", "#
          + #""variant": "\#(platform.variant)"}"#
      }
      let type = "application/vnd.oci.image.manifest.v1+json"
      return #"{"mediaType": "\#(type)", "size": 1, "digest": "sha256:\#(hex)\#(number + 10)"\#(place ?? "")}"#
    }
    let text = #"{"schemaVersion": 2, "manifests": [\#(entries.joined(separator: ","))]}"#
    guard case .index(let index) = try ManifestDocument(Array(text.utf8), mediaType: nil) else {
      throw ImageError(.malformed, "no index")
    }
    return index
  }

  private func choice(_ wanted: String, of platforms: [String?]) throws -> Int? {
    let chosen = try index(platforms).manifest(for: Platform(wanted))
    return Int(chosen.digestText.suffix(2)).map { $0 - 10 }
  }

  @Test(
    "the image that runs best is taken",
    arguments: [
      ("linux/amd64", ["linux/arm64", "linux/amd64"], 1),
      ("linux/amd64", ["linux/amd64/v3", "linux/amd64"], 1),
      ("linux/amd64/v3", ["linux/amd64", "linux/amd64/v2", "linux/amd64/v4"], 1),
      ("linux/arm64", ["linux/arm64/v9", "linux/arm64/v8"], 1),
      ("linux/arm64/v8", ["linux/arm/v7", "linux/arm64"], 1),
      ("linux/arm/v7", ["linux/arm/v5", "linux/arm/v6", "linux/arm/v8"], 1),
      ("linux/arm", ["linux/arm/v6", "linux/arm/v7"], 1),
      ("linux/x86_64", ["windows/amd64", "linux/amd64", "linux/amd64"], 1),
      ("linux/s390x", ["linux/amd64", nil], 1),
      ("linux/amd64", [nil, "linux/amd64"], 1),
      ("linux/amd64", ["unknown/unknown", "linux/amd64"], 1),
    ] as [(String, [String?], Int)])
  func best(wanted: String, platforms: [String?], index: Int) throws {
    #expect(try choice(wanted, of: platforms) == index)
  }

  @Test("without a fitting image the error lists those there are")
  func none() {
    expectRefusal(.notFound, "linux/riscv64", "linux/amd64, linux/arm64/v9") {
      _ = try choice("linux/riscv64", of: ["linux/amd64", "unknown/unknown", "linux/arm64/v9"])
    }
    expectRefusal(.notFound) { _ = try choice("linux/amd64", of: ["linux/amd64/v3"]) }
    expectRefusal(.notFound) { _ = try choice("linux/amd64", of: []) }
  }

  @Test("names of other tools mean the same platform")
  func aliases() throws {
    #expect(try Platform("linux/aarch64").description == "linux/arm64")
    #expect(try Platform("Linux/armhf").description == "linux/arm/v7")
    for text in ["linux", "linux/", "a/b/c/d", ""] { expectRefusal(.invalidInput) { _ = try Platform(text) } }
  }
}
