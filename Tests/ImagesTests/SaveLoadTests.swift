// Images that leave a store in an archive, and come into one.

import Foundation
import Linux
import Testing

@testable import Images

@Suite(
  "Saving and loading", .serialized, .enabled(if: BuiltProgram.canRun, "the program is not built, or this is not root"))
struct SaveLoadTests {
  private let scratch: Scratch
  private let first: ImageProgram
  private let second: ImageProgram
  private var path: String { scratch.path }

  init() throws {
    scratch = try Scratch()
    first = ImageProgram(scratch: scratch, store: "first")
    second = ImageProgram(scratch: scratch, store: "second")
  }

  /// Two images with a layer in common, the first of them under two names.
  private func pullTwo(_ program: String? = "gzip") throws -> (String, String) {
    var one = TestImage.sample
    one.program = program
    try one.write(to: path + "/one")
    var two = TestImage([TestImage.sample.layers[0], TarBuilder.archive { $0.file("two") }])
    two.program = program
    try two.write(to: path + "/two")
    let ids = try (
      first.run("pull", "oci:\(path)/one", "--name", "r.io/one:1").trimmingCharacters(in: .newlines),
      first.run("pull", "oci:\(path)/two", "--name", "r.io/two:1").trimmingCharacters(in: .newlines)
    )
    try first.run("tag", "r.io/one:1", "r.io/also:2")
    return ids
  }

  private func blobs(_ store: String) throws -> Set<String> {
    Set(try scratch.directory(store + "/blobs/sha256").byteEntries().map(\.name.text))
  }

  @Test("an archive of the layout holds the very blobs, under all names", arguments: ["gzip", "zstd"])
  func layout(program: String) throws {
    let (one, two) = try pullTwo(program)
    let names = ["r.io/one:1", "r.io/also:2", "r.io/two:1"]
    let archive = path + "/archive"
    try first.run("save", "--format", "oci-archive", "-o", archive, "r.io/one:1", "r.io/also:2", "r.io/two:1")
    let said = try second.run("load", "-i", archive)
    #expect(said == names.map { "Loaded image: \($0)\n" }.joined())
    #expect(try blobs("second") == blobs("first"))
    for name in names {
      #expect(try second.run("inspect", name).contains(name.contains("two") ? two : one))
    }
    #expect(try second.run("verify") == "")
    // What was loaded makes the same archive again.
    try second.run("save", "--format", "oci-archive", "-o", path + "/again", "r.io/one:1", "r.io/also:2", "r.io/two:1")
    #expect(try Data(contentsOf: URL(filePath: archive)) == Data(contentsOf: URL(filePath: path + "/again")))
  }

  @Test("an archive of Docker's kind keeps ids, names and layers")
  func docker() throws {
    let (one, two) = try pullTwo()
    let archive = path + "/archive"
    try first.run("save", "-o", archive, "r.io/one:1", "r.io/also:2", two)
    #expect(
      try second.run("load", "--input", archive)
        == "Loaded image: r.io/one:1\nLoaded image: r.io/also:2\nLoaded image: \(two)\n")
    #expect(try second.run("inspect", "r.io/also:2").contains(one))
    #expect(try second.run("inspect", two).contains("\"names\": []"))
    #expect(try second.run("verify") == "")
    try second.run("save", "-o", path + "/again", "r.io/one:1", "r.io/also:2", two)
    #expect(try Data(contentsOf: URL(filePath: archive)) == Data(contentsOf: URL(filePath: path + "/again")))
    // An image without a name stays when others are removed, and goes with a collection.
    try second.run("rmi", "r.io/one:1")
    #expect(try second.run("inspect", two).contains(two))
    try second.run("gc")
    #expect(try second.run("inspect", two, fails: true).contains("no image"))
  }

  @Test("archives go through pipes, compressed or not", arguments: ArchiveFormat.allCases)
  func pipes(format: ArchiveFormat) throws {
    _ = try pullTwo()
    for filter in ["cat", "gzip", "zstd"] {
      let said = try HostProgram.output([
        "bash", "-c",
        """
        set -o pipefail
        \(BuiltProgram.path) save --root \(path)/first --format \(format.rawValue) r.io/one:1 | \(filter) |
          \(BuiltProgram.path) load --root \(path)/\(filter)
        """,
      ])
      #expect(said == Array("Loaded image: r.io/one:1\n".utf8))
    }
  }

  @Test(
    "skopeo reads what is saved", .enabled(if: HostProgram.has("skopeo"), "skopeo is not installed"),
    arguments: ArchiveFormat.allCases)
  func skopeo(format: ArchiveFormat) throws {
    let (one, _) = try pullTwo()
    try first.run("save", "--format", format.rawValue, "-o", path + "/archive", "r.io/one:1", "r.io/two:1")
    let said = try HostProgram.output([
      "bash", "-c",
      "skopeo --insecure-policy copy -q \(format.rawValue):\(path)/archive:r.io/one:1 oci:\(path)/copy:x 2>&1",
    ])
    #expect(said.isEmpty, "\(String(decoding: said, as: UTF8.self))")
    #expect(try second.run("pull", "oci:\(path)/copy:x", "--name", "r.io/x") == one + "\n")
  }

  @Test(
    "what podman saves is loaded, and the other way round",
    .enabled(if: HostProgram.has("podman"), "podman is not installed"), arguments: ArchiveFormat.allCases)
  func podman(format: ArchiveFormat) throws {
    let (one, _) = try pullTwo()
    try first.run("save", "--format", format.rawValue, "-o", path + "/archive", "r.io/one:1")
    // Podman takes no longer path than 50 bytes.
    let own = "/tmp/apus-podman-\(UUID().uuidString.prefix(8))"
    defer { _ = try? HostProgram.output(["rm", "-rf", own]) }
    let podman = "podman --root \(own)/root --runroot \(own)/run --storage-driver vfs --cgroup-manager cgroupfs"
    let said = try HostProgram.output([
      "bash", "-c",
      """
      exec 2>&1; ulimit -n 1024 -u 1024; cd \(path); mkdir \(own)
      \(podman) load -q -i archive && \(podman) inspect --format '{{.Id}}' r.io/one:1 &&
      \(podman) tag r.io/one:1 r.io/second:2 &&
      \(podman) save -q --format \(format.rawValue) -o theirs r.io/one:1 \(format == .docker ? "r.io/second:2" : "")
      umount \(own)/root 2>/dev/null; true
      """,
    ])
    let text = String(decoding: said, as: UTF8.self)
    #expect(text.contains(one.dropFirst(7)), "\(text)")
    let loaded = try second.run("load", "-i", path + "/theirs")
    #expect(loaded.contains("r.io/one:1"), "\(loaded)\n\(text)")
    if format == .docker { #expect(loaded.contains("r.io/second:2")) }
    #expect(try second.run("inspect", "r.io/one:1").contains(one))
  }

  @Test("short names of an archive of Docker are those of its registry")
  func shortNames() throws {
    let image = TestImage([TarBuilder.archive { $0.file("f") }])
    let archive = TarBuilder.archive { tar in
      tar.add("config.json", image.configuration)
      tar.add("layer.tar", image.layers[0])
      tar.file("manifest.json", #"[{"Config": "config.json", "RepoTags": ["debian:12"], "Layers": ["layer.tar"]}]"#)
    }
    try Data(archive).write(to: URL(filePath: path + "/archive"))
    #expect(try first.run("load", "-i", path + "/archive") == "Loaded image: docker.io/library/debian:12\n")
    #expect(try first.run("load", "-i", path + "/archive", "--format", "json").contains("\"id\""))
  }

  @Test("what is no archive of images is refused by name, and leaves nothing")
  func refused() throws {
    try Data("no archive".utf8).write(to: URL(filePath: path + "/text"))
    try Data(TarBuilder.archive { $0.file("f") }).write(to: URL(filePath: path + "/empty"))
    try Data(TarBuilder.archive { $0.file("manifest.json", "[]") }).write(to: URL(filePath: path + "/none"))
    try Data(TarBuilder.archive { $0.file("../../x") }).write(to: URL(filePath: path + "/evil"))
    for (file, words) in [
      ("text", "archive"), ("empty", "holds no image"), ("none", "holds no image"), ("evil", "leads out"),
      ("missing", "no such file"),
    ] {
      #expect(try first.run("load", "-i", "\(path)/\(file)", fails: true).contains(words), "\(file)")
    }
    #expect(try scratch.directory("first/staging").byteEntries().isEmpty)
    #expect(try first.run("images", "--format", "json") == "[]\n")
    #expect(try first.run("save", "-o", path + "/out", "r.io/missing", fails: true).contains("there is no image"))
    #expect(!FileManager.default.fileExists(atPath: path + "/out"))
  }

  @Test("a damaged blob is not saved, and what stood there stays")
  func damaged() throws {
    _ = try pullTwo(nil)
    let digest = ContentHash.digest(TestImage.sample.layers[1])
    let blob = path + "/first/blobs/sha256/" + digest.hex
    var bytes = try Data(contentsOf: URL(filePath: blob))
    bytes[700] ^= 1
    try bytes.write(to: URL(filePath: blob))
    try Data("kept".utf8).write(to: URL(filePath: path + "/out"))
    for format in ArchiveFormat.allCases {
      let problem = try first.run("save", "--format", format.rawValue, "-o", path + "/out", "r.io/one:1", fails: true)
      #expect(problem.contains("damaged"), "\(problem)")
    }
    #expect(try Data(contentsOf: URL(filePath: path + "/out")) == Data("kept".utf8))
    #expect(try scratch.directory(".").byteEntries().allSatisfy { !$0.name.text.hasSuffix(".new") })
  }

  @Test("sizes above what octal digits hold are written and read")
  func greatSizes() throws {
    let file = try scratch.file([], "sizes")
    let writer = try Descriptor.workingDirectory.open(path + "/sizes", .writeOnly)
    var tar = TarWriter(writer)
    try tar.begin("great", size: 20 << 30)
    let header = try TarHeader(Array(file.readToEnd(limit: 512)))
    #expect(try header?.number(124..<136) == 20 << 30)
    #expect(header?.path == Array("great".utf8))
    expectRefusal(.damaged, "shorter") { try tar.end() }
  }
}
