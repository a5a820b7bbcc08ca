// The program `apus-image`, with layers unpacked by processes of their own.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("apus-image", .serialized, .enabled(if: BuiltProgram.canRun, "the program is not built, or this is not root"))
struct ProgramTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var program: ImageProgram { ImageProgram(scratch: scratch) }

  @discardableResult
  private func run(_ command: String, _ arguments: String..., fails: Bool = false) throws -> String {
    let outcome = try program.outcome(command, arguments)
    #expect((outcome.code != 0) == fails, "\(outcome.errors)")
    return fails ? outcome.errors : outcome.output
  }

  @Test("an image is pulled, listed, named, mounted, verified and removed")
  func life() throws {
    try TestImage.sample.write(to: scratch.path + "/image")
    let id = try run("pull", "oci:\(scratch.path)/image", "--name", "r.io/a:1").trimmingCharacters(in: .newlines)
    #expect(id == ContentHash.digest(TestImage.sample.configuration).description)
    try run("tag", "r.io/a:1", "r.io/b:2")
    let list = try run("images")
    #expect(list.contains("r.io/a:1") && list.contains("r.io/b:2"))
    #expect(try run("images", "--format", "json").contains("\"unpackedBytes\""))
    #expect(try run("inspect", "r.io/b:2", "--config").contains("diff_ids"))
    #expect(try run("verify") == "")
    _ = try scratch.directory("mounted")
    try run("mount", "r.io/a:1", scratch.path + "/mounted")
    let seen = Result { try scratch.tree("mounted") }
    try run("umount", scratch.path + "/mounted")
    #expect(try seen.get().paths == ["etc", "etc/new", "etc/passwd", "opt", "opt/young"])
    #expect(try run("rmi", "r.io/a:1", "r.io/b:2").contains(id))
    #expect(try scratch.directory("store/l").byteEntries().isEmpty)
  }

  @Test("the process of a layer refuses what the unpacker refuses, and leaves nothing")
  func refusedLayer() throws {
    try TestImage([TarBuilder.archive { $0.file("../../x") }]).write(to: scratch.path + "/image")
    let problem = try run("pull", "oci:\(scratch.path)/image", "--name", "r.io/a", fails: true)
    #expect(problem.contains("leads out of the layer"))
    #expect(try scratch.directory("store/staging").byteEntries().isEmpty)
    #expect(try run("images", "--format", "json") == "[]\n")
  }

  @Test("the process of a layer sees nothing but its folder")
  func ownRoot() throws {
    // A link to the host's files leads nowhere even for a reader who follows it.
    let archive = TarBuilder.archive { tar in
      tar.link("host", to: "/etc")
      tar.file("host/apus-was-here", "evil")
    }
    try TestImage([archive]).write(to: scratch.path + "/image")
    try run("pull", "oci:\(scratch.path)/image", "--name", "r.io/a", fails: true)
    #expect(!FileManager.default.fileExists(atPath: "/etc/apus-was-here"))
    let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    #expect(!mounts.contains(scratch.path))
  }

  @Test("the process of a layer has left the host before it reads the first byte")
  func workerRoot() throws {
    _ = try scratch.directory("layer")
    let (worker, input) = (Process(), Pipe())
    worker.executableURL = URL(filePath: BuiltProgram.path)
    worker.arguments = [LayerWorker.command]
    worker.currentDirectoryURL = URL(filePath: scratch.path + "/layer")
    worker.standardInput = input
    worker.standardOutput = FileHandle.nullDevice
    try worker.run()
    defer { worker.waitUntilExit() }
    defer { try? input.fileHandleForWriting.close() }
    let folder = "/proc/\(worker.processIdentifier)"
    var mounts: [Substring] = []
    // It waits for its input by then.
    for _ in 0..<200 {
      mounts = try String(contentsOfFile: folder + "/mountinfo", encoding: .utf8).split(separator: "\n")
      if mounts.count == 1 { break }
      usleep(20_000)
    }
    #expect(mounts.count == 1, "\(mounts.count) mounts")
    let options = mounts.first?.split(separator: " ").dropFirst(5).first?.split(separator: ",") ?? []
    #expect(Set(["nosuid", "nodev", "noexec"]).isSubset(of: options), "\(options)")
    for namespace in ["mnt", "net", "ipc"] {
      let places = try [folder, "/proc/self"].map {
        try FileManager.default.destinationOfSymbolicLink(atPath: "\($0)/ns/\(namespace)")
      }
      #expect(places[0] != places[1], "\(namespace)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/root") == [])
  }

  @Test("a bundle is one that the runtime takes")
  func bundle() throws {
    try TestImage.sample.write(to: scratch.path + "/image")
    try run("pull", "oci:\(scratch.path)/image", "--name", "r.io/a")
    let bundle = scratch.path + "/bundle"
    try run("unpack", "r.io/a", bundle, "--env", "X=1", "--", "/bin/echo", "hello")
    let config = try String(contentsOfFile: bundle + "/config.json", encoding: .utf8)
    #expect(config.contains("\"/bin/echo\"") && config.contains("\"X=1\""))
    let seen = Result { try scratch.tree("bundle/rootfs") }
    try run("umount", bundle + "/rootfs")
    #expect(try seen.get().paths.contains("etc/passwd"))
  }

  @Test(
    "a mounted image is what umoci makes of it, entry by entry",
    .enabled(if: HostProgram.has("umoci"), "umoci is not installed"), arguments: ["gzip", "zstd"])
  func umoci(compressor: String) throws {
    // The version of umoci that Debian has does not know zstd: it gets the same layers by gzip.
    var image = TestImage.varied
    for (folder, compression) in [("image", compressor), ("twin", "gzip")] {
      image.program = compression
      image.name = "tag"
      try image.write(to: "\(scratch.path)/\(folder)")
    }
    _ = try HostProgram.output(
      ["umoci", "unpack", "--image", scratch.path + "/twin:tag", scratch.path + "/expected"])
    try run("pull", "oci:\(scratch.path)/image:tag", "--name", "r.io/a")
    _ = try scratch.directory("mounted")
    try run("mount", "r.io/a", scratch.path + "/mounted")
    defer { _ = try? run("umount", scratch.path + "/mounted") }
    let (actual, expected) = (try scratch.tree("mounted"), try scratch.tree("expected/rootfs"))
    #expect(actual.paths == expected.paths)
    for path in expected.paths { #expect(actual[path]?.looks == expected[path]?.looks, "\(path)") }
  }

  @Test("a pull killed at any moment leaves no half image, and nothing that the next one trips over")
  func killed() throws {
    let layers = (0..<6).map { layer in
      TarBuilder.archive { tar in for index in 0..<300 { tar.file("l\(layer)/f\(index)", "\(layer)-\(index)") } }
    }
    try TestImage(layers, program: "gzip").write(to: scratch.path + "/image")
    let command = "\(BuiltProgram.path) pull --root \(scratch.path)/store oci:\(scratch.path)/image --name r.io/a"
    for round in 0..<20 {
      let delay = Double(round * 37 % 50) / 100
      _ = try HostProgram.output([
        "bash", "-c", "\(command) >/dev/null 2>&1 & sleep \(delay); kill -9 $! 2>/dev/null; wait 2>/dev/null; true",
      ])
      // Whatever is listed is whole.
      if try run("images", "--format", "json") != "[]\n" {
        #expect(try run("verify") == "")
        try run("rmi", "r.io/a")
      }
    }
    try run("pull", "oci:\(scratch.path)/image", "--name", "r.io/a")
    #expect(try run("verify") == "")
    try run("rmi", "r.io/a")
    try program.waitForTrash()
    for folder in ["l", "s", "staging", "trash", "blobs/sha256"] {
      #expect(try scratch.directory("store/" + folder).byteEntries().isEmpty, "\(folder)")
    }
  }

  @Test("four programs that pull, remove and collect at once do not disturb each other")
  func concurrent() async throws {
    let shared = TarBuilder.archive { $0.file("shared") }
    for index in 0..<4 {
      try TestImage([shared, TarBuilder.archive { $0.file("own-\(index)") }]).write(to: "\(scratch.path)/\(index)")
    }
    let (path, program) = (scratch.path, BuiltProgram.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          for round in 0..<3 {
            let name = "r.io/\(index):\(round)"
            for words in [["pull", "oci:\(path)/\(index)", "--name", name], ["rmi", name], ["gc"]] {
              let script = "\(program) \(words[0]) --root \(path)/store \(words.dropFirst().joined(separator: " "))"
              let output = try HostProgram.output(["bash", "-c", "\(script) 2>&1 >/dev/null || echo failed"])
              let text = String(decoding: output, as: UTF8.self)
              #expect(!text.contains("failed"), "\(words): \(text)")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try scratch.directory("store/l").byteEntries().isEmpty)
    #expect(try scratch.directory("store/blobs/sha256").byteEntries().isEmpty)
  }
}
