// From an image to a running container: apus-image makes a bundle, apus runs it.

import Foundation
import Linux
import Testing

@Suite("Containers of images", .serialized, .containers, .needs(.root, .apus), .enabled(if: ImageStore.isBuilt))
struct ImageContainerTests {
  /// An image of the busybox root file system, changed by a script that runs in it.
  private func busybox(_ scene: Scene, _ script: String = "true", _ config: String) throws -> ImageStore {
    let root = scene.folder + "/root"
    try RootFileSystem.makeBusybox(at: root)
    var command = Command("/bin/sh", ["-c", script])
    command.directory = root
    try command.run().checked()
    let store = ImageStore(folder: scene.folder)
    try store.load(root: root, config: config)
    return store
  }

  /// Makes a bundle, runs it, takes it apart.
  private func run(
    _ scene: Scene, _ store: ImageStore, _ options: [String] = [], _ command: String...
  ) throws -> Outcome {
    let bundle = scene.folder + "/run-\(scene.id("x").count)-\(UUID().uuidString.prefix(8))"
    try store.call(["unpack"] + options + ["test.example/image", bundle] + command).checked()
    defer { _ = try? store.call(["umount", bundle + "/rootfs"]) }
    var config = try JSON(text: String(contentsOfFile: bundle + "/config.json", encoding: .utf8))
    config.linux["cgroupsPath"] = .string(scene.cgroup + "/image")
    try Data(config.text.utf8).write(to: URL(filePath: bundle + "/config.json"))
    return try scene.runtime.command(["run", "-b", bundle, scene.id("image")]).run()
  }

  @Test("the image's command, user, groups, directory, variables and volumes are the container's")
  func configuration() throws {
    try onScene { scene in
      let store = try busybox(
        scene, "mkdir data && echo old >data/file && chown 1000:1000 data home/guest",
        """
        {"User": "guest", "WorkingDir": "/home/guest", "Env": ["A=1", "B=two words"], "Volumes": {"/data": {}},
        "Entrypoint": ["sh", "-c"], "StopSignal": "SIGQUIT", "Labels": {"run.oci.handler": "evil"},
        "Cmd": ["id -u; id -G; pwd; echo $A-$B-$HOME; cat /data/file; echo new >/data/made && ls /data; echo x >made"]}
        """)
      let outcome = try run(scene, store)
      #expect(
        outcome.lines == ["1000", "1000 2000", "/home/guest", "1-two words-/home/guest", "old", "file", "made"],
        "\(outcome)")
      // What it wrote went with the bundle: the layers are as they were, and a second container sees none of it.
      #expect(try store.call(["verify"]).checked().output == "")
      let again = try run(
        scene, store, ["--user", "root", "--workdir", "/", "--env", "A=2", "--entrypoint", "echo"], "--", "hello")
      #expect(again.output == "hello\n" && again.code == 0, "\(again)")
      try store.end()
    }
  }

  @Test("volumes that lead out of the image reach nothing of the host")
  func volumes() throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary")
      try Data("precious".utf8).write(to: URL(filePath: canary + "/precious"))
      let store = try busybox(
        scene, "ln -s \(canary) link; ln -s ../../../../../../../..\(canary) up",
        """
        {"Volumes": {"/link/made": {}, "/up/made": {}, "../../..\(canary)/climbed": {}, "/link": {}},
        "Cmd": ["sh", "-c", "touch /link/made/x /up/made/y; ls \(canary); echo end"]}
        """)
      let outcome = try run(scene, store)
      #expect(outcome.lines.last == "end" || outcome.code != 0, "\(outcome)")
      #expect(!outcome.output.contains("precious"))
      #expect(Host.names(in: canary) == ["precious"])
      try store.end()
    }
  }

  @Test("an image of a whole Debian runs", .debian)
  func debian() throws {
    try onScene { scene in
      let store = ImageStore(folder: scene.folder)
      try store.load(
        root: RootFileSystem.debian ?? "",
        config: #"{"User": "nobody", "Env": ["A=1"], "Cmd": ["bash", "-c", "echo $A $(id -un) $BASH_VERSION"]}"#)
      let outcome = try run(scene, store)
      #expect(outcome.code == 0 && outcome.output.hasPrefix("1 nobody 5."), "\(outcome)")
      let script = "dpkg -l | grep -c ^ii; touch /etc/made && cat /etc/debian_version"
      let root = try run(scene, store, ["--user", "root"], "--", "bash", "-c", script)
      #expect(root.code == 0 && (Int(root.lines.first ?? "") ?? 0) > 50, "\(root)")
      #expect(try store.call(["verify"]).checked().output == "")
      try store.end()
    }
  }
}

/// A store of a test's own, and the program that keeps it.
struct ImageStore {
  let folder: String

  private static let program = Host.repository + ".build/debug/apus-image"
  static let isBuilt = Host.exists(program)

  /// Runs a command of the program on the store.
  func call(_ words: [String]) throws -> Outcome {
    var command = Command(
      ImageStore.program, [words[0], "--root", folder + "/images"] + words.dropFirst())
    command.timeLimit = 240
    return try command.run()
  }

  /// Brings a root file system into the store as `test.example/image`, by an archive as `docker save` writes it.
  func load(root: String, config: String) throws {
    let script = """
      set -e
      mkdir archive && cd archive
      tar -C "$0" --numeric-owner --xattrs -cf layer.tar .
      digest=$(sha256sum <layer.tar | cut -d' ' -f1)
      case $(uname -m) in x86_64) machine=amd64 ;; aarch64) machine=arm64 ;; *) machine=$(uname -m) ;; esac
      printf '{"os": "linux", "architecture": "%s", "config": %s, "rootfs": {"diff_ids": ["sha256:%s"]}}' \
        "$machine" "$1" "$digest" >config.json
      echo '[{"Config": "config.json", "RepoTags": ["test.example/image:latest"], "Layers": ["layer.tar"]}]' \
        >manifest.json
      tar -cf ../archive.tar manifest.json config.json layer.tar
      """
    var command = Command("/bin/bash", ["-c", script, root, config])
    command.directory = folder
    command.timeLimit = 240
    try command.run().checked()
    try call(["load", "-i", folder + "/archive.tar"]).checked()
  }

  /// Waits for the process that empties the trash.
  func end() throws {
    #expect(eventually(within: 60) { Host.names(in: folder + "/images/trash").isEmpty })
  }
}
