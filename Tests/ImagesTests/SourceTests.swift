// Images from folders and archives of other tools.

import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite("Sources", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct SourceTests {
  private let scratch: Scratch
  private let store: Store

  init() throws {
    scratch = try Scratch()
    store = try Store(path: scratch.path + "/store")
  }

  private func pull(_ text: String) async throws -> ImageRecord {
    let name = try SourceName(text)
    var pull = Pull(from: try name.open(for: store, .here), into: store)
    pull.unpacking = .here
    return try await pull.run(name.target, named: try Reference("r.io/a"))
  }

  @Test(
    "what skopeo writes is read", .enabled(if: HostProgram.has("skopeo"), "skopeo is not installed"),
    arguments: SourceName.Transport.allCases)
  func skopeo(transport: SourceName.Transport) async throws {
    var image = TestImage.sample
    image.name = "tag"
    try image.write(to: scratch.path + "/image")
    // Two names: the archive of Docker wants one of its own.
    let suffix = transport == .dockerArchive ? ":r.io/x:1" : transport == .directory ? "" : ":tag"
    let copy = "\(transport.rawValue):\(scratch.path)/copy\(suffix)"
    let output = try HostProgram.output([
      "bash", "-c", "skopeo --insecure-policy copy -q oci:\(scratch.path)/image:tag \(copy) 2>&1",
    ])
    #expect(output.isEmpty, "\(String(decoding: output, as: UTF8.self))")
    let record = try await pull(copy)
    #expect(record.layers.map(\.diffID) == image.diffIDs)
    #expect(try store.verify(.here) == [])
    #expect(try scratch.directory("store/staging").byteEntries().isEmpty)
  }

  /// An archive as `docker save` wrote it for years.
  private func dockerArchive(layer: String, _ build: (inout TarBuilder) -> Void = { _ in }) throws -> TestImage {
    let image = TestImage([TarBuilder.archive { $0.file("f") }])
    let archive = TarBuilder.archive { tar in
      tar.add("config.json", image.configuration)
      tar.directory("one")
      tar.add("one/layer.tar", image.layers[0])
      tar.link("two", to: "one")
      build(&tar)
      tar.file("manifest.json", #"[{"Config": "config.json", "RepoTags": ["a:1", "b:2"], "Layers": ["\#(layer)"]}]"#)
    }
    try Data(archive).write(to: URL(filePath: scratch.path + "/archive"))
    return image
  }

  @Test("an old archive of Docker, with links between its layers", arguments: ["one/layer.tar", "two/layer.tar"])
  func oldArchive(layer: String) async throws {
    let image = try dockerArchive(layer: layer)
    let record = try await pull("docker-archive:\(scratch.path)/archive:b:2")
    #expect(record.layers.map(\.diffID) == image.diffIDs)
    await #expect(throws: ImageError.self) { try await pull("docker-archive:\(scratch.path)/archive:c:3") }
  }

  @Test(
    "the names of an archive lead to nothing of the host", arguments: ["/etc/passwd", "../../../etc/passwd", "link"])
  func climbing(layer: String) async throws {
    _ = try dockerArchive(layer: layer) { $0.link("link", to: "/../../../../../../etc/passwd") }
    do {
      _ = try await pull("docker-archive:\(scratch.path)/archive")
      Issue.record("it was taken")
    } catch let error as ImageError {
      #expect(error.reason == .notFound, "\(error.message)")
    }
  }

  @Test("of several images in a folder one has to be named")
  func several() async throws {
    var (one, two) = (TestImage.sample, TestImage([TarBuilder.archive { $0.file("f") }]))
    (one.name, two.name) = ("one", "two")
    try one.write(to: scratch.path + "/image")
    try two.write(to: scratch.path + "/image")
    #expect(try await pull("oci:\(scratch.path)/image:two").layers.count == 1)
    for target in ["", ":three"] {
      do {
        _ = try await pull("oci:\(scratch.path)/image\(target)")
        Issue.record("it was taken")
      } catch let error as ImageError {
        #expect([.invalidInput, .notFound].contains(error.reason), "\(error.message)")
      }
    }
  }

  @Test("an index leads to the image of the platform")
  func index() async throws {
    var other = TestImage.sample
    other.platform = Platform(system: "linux", architecture: "s390x")
    let folder = scratch.path + "/image"
    let digests = try [other.write(to: folder), TestImage.sample.write(to: folder)]
    var index = ImageIndex()
    for (digest, platform) in zip(digests, [other.platform, Platform.host]) {
      let size = try Data(contentsOf: URL(filePath: "\(folder)/blobs/sha256/\(digest.hex)")).count
      var entry = ContentDescriptor(
        mediaType: "application/vnd.oci.image.manifest.v1+json", digest: digest, size: Int64(size))
      entry.platform = platform
      index.manifests.append(entry)
    }
    let bytes = index.encoded()
    try Data(bytes).write(to: URL(filePath: "\(folder)/blobs/sha256/\(ContentHash.digest(bytes).hex)"))
    let record = try await pull("oci:\(folder):\(ContentHash.digest(bytes))")
    #expect(record.manifest == digests[1])
    // The name by digest is that of the index, as people know it, and that of the manifest.
    #expect(record.names.contains("r.io/a@\(ContentHash.digest(bytes))"))
    #expect(record.names.contains("r.io/a@\(digests[1])"))
  }

  @Test("sources are written with their transport")
  func names() throws {
    #expect(try SourceName("oci:/a/b:tag").target == "tag")
    #expect(try SourceName("docker-archive:/a:r.io/b:1").target == "r.io/b:1")
    #expect(try SourceName("dir:/a:b").path == "/a:b")
    for text in ["", "oci", "oci:", "docker://a", "dir:", "/a/b"] {
      expectRefusal(.invalidInput) { _ = try SourceName(text) }
    }
  }
}
