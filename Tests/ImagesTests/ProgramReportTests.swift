// What `apus-image` says to other programs: documents and exit codes.

import Foundation
import Linux
import Testing

@testable import Images

@Suite(
  "Reports of apus-image", .serialized,
  .enabled(if: BuiltProgram.canRun, "the program is not built, or this is not root"))
struct ProgramReportTests {
  private let scratch: Scratch
  private let id = ContentHash.digest(TestImage.sample.configuration).description

  init() throws {
    scratch = try Scratch(isInMemory: true)
    try TestImage.sample.write(to: scratch.path + "/image")
  }

  private var program: ImageProgram { ImageProgram(scratch: scratch) }
  private var source: String { "oci:\(scratch.path)/image" }

  /// What a command prints as JSON.
  private func document<T>(
    _ command: String, _ arguments: String..., code: Int32 = 0, as type: T.Type = [String: Any].self
  ) throws -> T {
    let outcome = try program.outcome(command, ["--format", "json"] + arguments)
    #expect(outcome.code == code, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? T, "\(outcome.output)")
  }

  @Test("gc counts what it removed")
  func collection() throws {
    try program.run("pull", source)
    let removed = try document("gc", as: [String: Int].self)
    // The configuration and the manifest are blobs, too.
    #expect(removed == ["images": 1, "layers": 3, "blobs": 5])
    #expect(try document("gc", as: [String: Int].self) == ["images": 0, "layers": 0, "blobs": 0])
  }

  @Test("rmi names what it took away")
  func removal() throws {
    try program.run("pull", source, "--name", "r.io/a:1")
    try program.run("tag", "r.io/a:1", "r.io/b:2")
    let first = try document("rmi", "r.io/b:2")
    #expect(first["names"] as? [String] == ["r.io/b:2"] && (first["images"] as? [String])?.isEmpty == true)
    // One that is not there does not keep the others, and is an error.
    let second = try document("rmi", "r.io/none", "r.io/a:1", code: 1)
    #expect((second["names"] as? [String])?.contains("r.io/a:1") == true && second["images"] as? [String] == [id])
    #expect(try document("rmi", "--force", "r.io/none")["images"] as? [String] == [])
  }

  @Test("mount lists what is mounted, where, and how it is")
  func mounts() throws {
    #expect(try document("mount", as: [[String: String]].self).isEmpty)
    try program.run("pull", source, "--name", "r.io/a")
    _ = try scratch.directory("mounted")
    let target = scratch.path + "/mounted"
    try program.run("mount", "r.io/a", target)
    let list = Result { try document("mount", as: [[String: String]].self) }
    try program.run("umount", target)
    let mount = try #require(try list.get().first)
    #expect(mount["target"] == target && mount["image"] == id && mount["state"] == "mounted")
    #expect(mount["name"]?.isEmpty == false && Set(mount.keys) == ["name", "target", "image", "state"])
    #expect(try document("mount", as: [[String: String]].self).isEmpty)
  }

  @Test("df adds up what images take, and what was written into mounted ones")
  func usage() throws {
    let before = try document("df", as: [String: Int].self)
    #expect(before == ["imageBytes": 0, "imageInodes": 0, "mountedBytes": 0, "mountedInodes": 0])
    try program.run("pull", source, "--name", "r.io/a")
    let image = try #require(try document("images", as: [[String: Any]].self).first)
    _ = try scratch.directory("mounted")
    let target = scratch.path + "/mounted"
    try program.run("mount", "--writable", "r.io/a", target)
    let written = Result { try Data(count: 100_000).write(to: URL(filePath: target + "/written")) }
    let usage = Result { try document("df", as: [String: Int].self) }
    let text = Result { try program.run("df") }
    try program.run("umount", target)
    try written.get()
    let found = try usage.get()
    let size = try #require(image["size"] as? Int) + (try #require(image["unpackedBytes"] as? Int))
    // Compressed layers are kept beside their trees, with the image's documents.
    #expect(try #require(found["imageBytes"]) >= size && found["imageInodes"] ?? 0 >= image["inodes"] as? Int ?? 1)
    #expect((100_000..<200_000).contains(try #require(found["mountedBytes"])) && found["mountedInodes"] ?? 0 >= 1)
    let words = try text.get().split(separator: "\n").map { $0.split(separator: " ").first }
    #expect(words == ["WHAT", "images", "mounted"])
  }

  @Test("verify names what is damaged, and ends with 1 then")
  func verification() throws {
    try program.run("pull", source, "--name", "r.io/a")
    #expect(try document("verify", as: [[String: String]].self).isEmpty)
    let layers = try scratch.directory("store/l").byteEntries().map(\.name.text).sorted()
    try Data("other".utf8).write(to: URL(filePath: "\(scratch.path)/store/l/\(layers[0])/etc/passwd"))
    var damages = try document("verify", code: 1, as: [[String: String]].self)
    #expect(Set(damages.map { $0["subject"] }) == ["layer \(layers[0])"])
    #expect(damages.contains { $0["problem"]?.contains("etc/passwd") == true }, "\(damages)")
    let blob = "\(scratch.path)/store/blobs/sha256/\(id.dropFirst(7))"
    try Data("other".utf8).write(to: URL(filePath: blob))
    damages = try document("verify", code: 1, as: [[String: String]].self)
    #expect(Set(damages.map { $0["subject"] }) == [id, "layer \(layers[0])"])
    #expect(try program.outcome("verify", []).output.contains("\(id): the content has the digest"))
  }

  @Test("an image that is pinned outlives its names")
  func pin() throws {
    try program.run("pull", source)
    try program.run("pin", id)
    #expect(try document("gc", as: [String: Int].self)["images"] == 0)
    #expect(try program.run("images").contains(id.dropFirst(7).prefix(12)))
    try program.run("pin", "--remove", id)
    #expect(try document("gc", as: [String: Int].self)["images"] == 1)
    #expect(try program.run("pin", id, fails: true).contains("there is no image"))
  }

  @Test("exit codes tell a wrong command line from what could not be done")
  func codes() throws {
    func code(_ command: String, _ arguments: String...) throws -> Int32 {
      try program.outcome(command, arguments).code
    }
    #expect(try code("images") == 0)
    for (command, arguments) in [
      ("inspect", ["r.io/none"]), ("pull", ["oci:\(scratch.path)/none"]), ("rmi", ["r.io/none"]), ("rmi", ["short"]),
      ("umount", [scratch.path]), ("mount", ["r.io/none", scratch.path]),
      ("unpack", ["r.io/none", scratch.path + "/b"]),
      ("save", ["r.io/none"]), ("load", ["-i", scratch.path + "/none"]), ("tag", ["r.io/none", "r.io/x"]),
    ] {
      let outcome = try program.outcome(command, arguments)
      #expect(outcome.code == 1, "\(command): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("apus-image: ") && outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.output.isEmpty)
    }
    // EX_USAGE, with what was expected.
    for (command, arguments) in [
      ("pull", []), ("mount", ["--volatile", "r.io/a", "/x"]), ("mount", ["r.io/a"]), ("gc", ["--format", "xml"]),
      ("no-such-command", []),
    ] {
      let outcome = try program.outcome(command, arguments)
      #expect(outcome.code == 64 && outcome.errors.contains("Usage:"), "\(command): \(outcome.errors)")
    }
  }

  @Test(
    "the daemon's file is this program under its name",
    .enabled(if: FileManager.default.isExecutableFile(atPath: BuiltProgram.daemon), "apusd is not built"))
  func daemonFile() throws {
    let link = scratch.path + "/apus-image"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: BuiltProgram.daemon)
    let program = ImageProgram(scratch: scratch, program: link)
    // Its own process unpacks the layers, and another empties the trash.
    #expect(try program.run("pull", source, "--name", "r.io/a") == id + "\n")
    #expect(try program.run("images").contains("r.io/a"))
    try program.run("rmi", "r.io/a")
    try program.waitForTrash()
    let refused = try program.outcome("rmi", ["r.io/a"])
    #expect(refused.code == 1 && refused.errors.hasPrefix("apus-image: there is no image"))
    // A stop reaches it, unlike the daemon, which reads its signals.
    let script = """
      mkfifo \(scratch.path)/in; sleep 60 >\(scratch.path)/in & writer=$!
      \(link) load --root \(scratch.path)/store <\(scratch.path)/in & sleep 1
      kill $!; wait $!; echo $?; kill $writer
      """
    // The threads of tests block signals, and so would what Foundation starts in them.
    let output = try Descriptor.memoryFile("output", isExecutable: false)
    var shell = Spawn("/bin/bash", arguments: ["-c", script], environment: ["PATH=/usr/bin:/bin"])
    shell.pass(output, as: 1)
    _ = try shell.start().pidfd.waitForExit()
    try output.seek(to: 0)
    let said = String(decoding: try output.readToEnd(limit: 4096), as: UTF8.self)
    #expect(said.split(separator: "\n").last == "143", "\(said)")
  }
}
