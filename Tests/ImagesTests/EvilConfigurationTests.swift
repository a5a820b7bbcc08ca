// Configurations of images that want something of the host.

import Foundation
import GRDB
import Linux
import OCI
import Testing

@testable import Images

@Suite(
  "Evil configurations", .serialized,
  .enabled(if: BuiltProgram.canRun, "the program is not built, or this is not root"))
struct EvilConfigurationTests {
  private let program: ImageProgram
  private var scratch: Scratch { program.scratch }
  private var path: String { scratch.path }

  init() throws {
    program = ImageProgram(scratch: try Scratch())
    _ = try scratch.directory("canary")
    try Data("precious".utf8).write(to: URL(filePath: path + "/canary/precious"))
  }

  /// Makes a bundle of an image and takes it apart again.
  /// - Returns: the runtime's configuration, or what the program said when it refused.
  private func bundle(
    _ layer: [UInt8], _ change: (inout ContainerDefaults) -> Void
  ) throws -> (spec: Spec?, said: String) {
    let folder = path + "/" + UUID().uuidString
    var image = TestImage([layer])
    change(&image.container)
    try image.write(to: folder)
    try program.run("pull", "oci:" + folder, "--name", "r.io/evil")
    let bundle = folder + "-bundle"
    let outcome = try program.outcome("unpack", ["r.io/evil", bundle])
    defer { _ = try? program.outcome("umount", [bundle + "/rootfs"]) }
    guard outcome.code == 0 else { return (nil, outcome.errors) }
    return (try Spec.decode(Array(Data(contentsOf: URL(filePath: bundle + "/config.json")))), outcome.output)
  }

  /// A root file system whose names lead to the canary.
  private var links: [UInt8] {
    TarBuilder.archive { tar in
      tar.directory("etc")
      tar.link("link", to: path + "/canary")
      tar.link("up", to: "../../../../../../../../../..\(path)/canary")
      tar.link("etc/mtab", to: path + "/canary/precious")
      tar.link("etc/hosts", to: path + "/canary/precious")
      tar.link("etc/resolv.conf", to: "/link/precious")
    }
  }

  /// Paths that try to lead to the canary.
  private var paths: [String] {
    let climb = String(repeating: "../", count: 14)
    return [
      path + "/canary", climb + path.dropFirst() + "/canary", "/link", "/up", "/link/x", "/up/x/y", "link/../canary",
      "/etc/mtab", "/etc/hosts", "/etc/resolv.conf", "/proc/self/root\(path)/canary", "/proc/1/root", "/dev/../link",
      "/sys/../up", "a/../../../link", "/link/precious", "./././link", "//link//x", "/..", "/a/..",
    ]
  }

  @Test("no volume and no working directory reaches the host: 40 configurations")
  func canary() throws {
    let before = try scratch.tree("canary").entries
    var count = 0
    for place in paths {
      for isVolume in [true, false] {
        let (spec, said) = try bundle(links) { defaults in
          if isVolume { defaults.volumes[place] = EmptyObject() } else { defaults.workingDirectory = place }
        }
        count += 1
        #expect(try scratch.tree("canary").entries == before, "\(place)")
        guard let spec else {
          #expect(!said.isEmpty)
          continue
        }
        // What the runtime gets are paths from the root on, which it follows within the root alone.
        let given = (isVolume ? spec.mounts.map(\.destination) : [spec.process?.cwd ?? ""])
        #expect(given.allSatisfy { $0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }, "\(given)")
        #expect(spec.mounts.allSatisfy { $0.source.isEmpty || !$0.source.hasPrefix("/") }, "\(spec.mounts)")
      }
    }
    #expect(count == 40)
  }

  /// Names that some program on a node acts upon when it finds them as an annotation or a label.
  private var specialLabels: [String] {
    let prefixes = [
      "run.oci.", "org.systemd.property.", "io.kubernetes.cri-o.", "io.kubernetes.container.", "io.kubernetes.pod.",
      "io.kubernetes.cri.", "cdi.k8s.io/", "io.podman.annotations.", "io.containers.", "io.container.manager",
      "io.containerd.", "containerd.io/", "nri.io/", "cpu-load-balancing.crio.io/", "irq-load-balancing.crio.io/",
      "org.apus.", "apus.", "com.docker.", "org.criu.", "io.katacontainers.",
    ]
    let names = [
      "handler", "hooks.stdout", "seccomp_fd_data", "ExecStart", "Devices", "ShmSize", "userns-mode", "ContainerID",
      "MountPoint", "SandboxID",
    ]
    return prefixes.flatMap { prefix in names.map { prefix + $0 } }
  }

  @Test("200 labels that others act upon become nothing of the daemon's own")
  func labels() throws {
    #expect(specialLabels.count == 200)
    let own = ["stopSignal", "exposedPorts", "os", "architecture"].map { "org.opencontainers.image." + $0 }
    let (plain, _) = try bundle(links) { $0.labels["org.opencontainers.image.title"] = "t" }
    let rows = try storeText()
    let (evil, _) = try bundle(links) { defaults in
      defaults.labels["org.opencontainers.image.title"] = "t"
      for label in specialLabels + own { defaults.labels[label] = "evil" }
    }
    let spec = try #require(evil)
    #expect(spec == plain)
    #expect(spec.annotations["org.opencontainers.image.title"] == "t")
    #expect(try !storeText().contains("evil") && !rows.contains("evil"))
  }

  /// Everything that the store itself records, the text of images aside.
  private func storeText() throws -> String {
    let queue = try DatabaseQueue(path: path + "/store/images.db")
    return try queue.read { database in
      try ["image", "layer", "name", "snapshot", "lease", "leaseItem"].map { table in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table)").map(\.description).joined()
      }.joined().replacing("r.io/evil", with: "")
    }
  }

  @Test("a home directory of several lines adds no account and no line anywhere")
  func home() throws {
    for home in ["/a\nroot2::0:0::/:/bin/sh", "/a\r\nx", "/a:0:0"] {
      let passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::\(home):/bin/sh\n"
      let layer = TarBuilder.archive { tar in
        tar.directory("etc")
        tar.file("etc/passwd", passwd)
      }
      let (spec, _) = try bundle(layer) { defaults in
        defaults.user = "web"
        defaults.environment = ["HOME=\(home)"]
      }
      // A line with a carriage return is none, so that there is no such account.
      if home.utf8.contains(13) { #expect(spec == nil) } else { #expect(spec?.process?.user.uid == 33) }
      let (directory, said) = try bundle(layer) { $0.workingDirectory = home }
      if home.utf8.contains(10) { #expect(directory == nil && said.contains("no path"), "\(said)") }
      // The file itself is the image's, untouched.
      let record = try Store(path: path + "/store").image("r.io/evil")
      let kept = try scratch.tree("store/l/\(record.layers[0].id)")["etc/passwd"]?.content
      #expect(kept == Array(passwd.utf8))
    }
  }

  @Test(
    "huge account files are refused at once and in little memory",
    .enabled(if: HostProgram.has("python3"), "python3 is not installed"))
  func hugeAccounts() throws {
    let usual = TarBuilder.archive { tar in
      tar.file("etc/passwd", "web:x:33:33::/:/bin/sh\n")
      tar.file("etc/group", "web:x:33:\n")
    }
    let sparse = TarBuilder.archive { tar in
      tar.extended(["GNU.sparse.map": "0,4", "GNU.sparse.size": "\(Int64(2) << 30)", "GNU.sparse.name": "etc/passwd"])
      tar.file("x", "web:")
    }
    let members = TarBuilder.archive { tar in
      tar.file("etc/passwd", "web:x:33:33::/:/bin/sh\n")
      tar.add("etc/group", Array(("all:x:5:" + String(repeating: "g,", count: 1_000_000) + "\n").utf8))
    }
    let lines = TarBuilder.archive { tar in
      tar.file("etc/passwd", "web:x:33:33::/:/bin/sh\n")
      tar.add("etc/group", Array(String(repeating: "g:x:5:web\n", count: 190_000).utf8))
    }
    let (code, usualMemory) = try memory(of: usual)
    #expect(code == 0)
    for (archive, isTaken) in [(sparse, false), (members, false), (lines, true)] {
      let start = ContinuousClock().now
      let (code, kilobytes) = try memory(of: archive)
      #expect((code == 0) == isTaken)
      #expect(kilobytes < usualMemory + 16 << 10, "\(kilobytes) KB, usually \(usualMemory)")
      // Far above what it takes, far below what reading gigabytes would.
      #expect(ContinuousClock().now - start < .seconds(60))
    }
  }

  /// The exit code and the greatest memory, in KB, of `unpack` with a user by name.
  private func memory(of layer: [UInt8]) throws -> (Int, Int) {
    let folder = path + "/" + UUID().uuidString
    try TestImage([layer]).write(to: folder)
    try program.run("pull", "oci:" + folder, "--name", "r.io/accounts")
    let script = """
      import resource, subprocess, sys
      code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode
      print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let said = try HostProgram.output([
      "python3", "-c", script, BuiltProgram.path, "unpack", "--root", path + "/store", "--user", "web", "r.io/accounts",
      folder + "-bundle",
    ])
    _ = try program.outcome("umount", [folder + "-bundle/rootfs"])
    let numbers = String(decoding: said, as: UTF8.self).split(separator: " ").compactMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    try #require(numbers.count == 2)
    return (numbers[0], numbers[1])
  }
}
