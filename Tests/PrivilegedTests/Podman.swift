// Podman with storage of a test's own, calling the runtime under test.

import Foundation
import Linux
import Testing

/// Podman with storage, state and cgroups below those of a scene.
final class Podman {
  /// The name of an imported image of busybox.
  static let image = "localhost/box"
  /// A script that answers to nothing but signals.
  static let idle = "while :; do sleep 0.1; done"

  let scene: Scene
  let rootFileSystem: String
  private let base: String
  private let strays: StrayFolders

  /// Makes a root file system and imports a tar of it as an image.
  init(_ scene: Scene) throws {
    self.scene = scene
    strays = StrayFolders(name: scene.name)
    base = try scene.makeFolder("podman")
    rootFileSystem = base + "/rootfs"
    try RootFileSystem.makeBusybox(at: rootFileSystem)
    let tar = base + "/box.tar"
    try Command("tar", ["-C", rootFileSystem, "-cf", tar, "."]).run().checked()
    try call("import", "--quiet", tar, Podman.image).checked()
  }

  /// A command with low limits: Podman raises its own to the hard ones, and hands them to the container.
  func command(_ words: [String]) -> Command {
    let places = ["--root", base + "/root", "--runroot", base + "/run", "--tmpdir", base + "/tmp"]
    let ways = [
      "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--log-level", "error",
    ]
    return Command(
      "prlimit",
      ["--nofile=1024", "--nproc=4096", "podman"] + places + ways + ["--runtime", scene.runtime.program] + words)
  }

  @discardableResult
  func call(_ words: String...) throws -> Outcome { try command(words).run() }

  /// The words of `podman run`. The cgroup is below that of the scene, no image is looked for elsewhere.
  func words(_ options: [String], network: String = "none") -> [String] {
    ["run", "--pull", "never", "--network", network, "--cgroup-parent", scene.cgroup] + options
  }

  /// Runs a program of the image in the foreground and removes the container.
  func run(_ options: String..., args: [String]) throws -> Outcome {
    try command(words(["--rm"] + options) + [Podman.image] + args).run()
  }

  /// Starts a script in the background.
  /// - Returns: the container's id.
  func start(_ options: String..., network: String = "none", script: String = Podman.idle) throws -> String {
    try command(words(["--detach"] + options, network: network) + [Podman.image, "sh", "-c", script])
      .run().checked().trimmed
  }

  /// Runs a script in a running container.
  func exec(_ id: String, _ script: String) throws -> Outcome { try call("exec", id, "sh", "-c", script) }

  /// A field of `podman inspect`, as `.State.Status`.
  func inspect(_ id: String, _ field: String) throws -> String {
    try call("inspect", "--format", "{{\(field)}}", id).checked().trimmed
  }

  /// The init of a container, as the host sees it.
  func pid(_ id: String) throws -> String { try inspect(id, ".State.Pid") }

  /// The first line of a container's file of a version 1 controller, as the host sees it.
  func setting(_ id: String, _ controller: String, _ file: String) throws -> String {
    let path = try scene.cgroup(controller, of: "libpod-" + id) + "/" + file
    guard let line = Host.lines(of: path).first else { throw StepFailed("\(path) is empty or not there") }
    return line
  }

  /// Removes containers, images and what Podman itself leaves behind, and fails when the runtime left something.
  func remove() throws {
    try call("rm", "--all", "--force", "--time", "0").checked()
    try call("rmi", "--all", "--force").checked()
    let isOver = eventually { !RunningProcess.all().values.contains { !$0.isZombie && $0.carries(scene.name) } }
    #expect(isOver, "a monitor still runs")
    try removeMonitorCgroups()
    // Podman's clean-up commands know of no --root for the runtime, so that its states are in the default one.
    let states = Host.names(in: "/run/apus").filter { id in
      Host.read("/run/apus/\(id)/config.json")?.contains(scene.name) == true
    }
    #expect(states == [], "states left behind")
  }

  /// Podman never removes the cgroup of its monitors.
  private func removeMonitorCgroups() throws {
    for tree in Host.hierarchies where Host.exists(tree + scene.cgroup + "/conmon") {
      try Descriptor.workingDirectory.removeDirectory(tree + scene.cgroup + "/conmon")
    }
    strays.remove()
  }

  /// Plays a test with a Podman of its own.
  static func play(_ body: (Podman) throws -> Void) throws {
    try onScene { scene in
      let podman = try Podman(scene)
      do {
        try body(podman)
      } catch {
        try? podman.remove()
        throw error
      }
      try podman.remove()
    }
  }
}
