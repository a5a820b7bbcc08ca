// A3 and A6: names that are swapped while the runtime works (CVE-2021-30465, CVE-2024-45310, CVE-2025-31133).

import Foundation
import Glibc
import Linux
import Testing

@Suite("A3, A6: races with renames", .serialized, .containers, .needs(.compiler))
struct RenameRaceTests {
  /// A container that swaps pairs of names in a volume, for some seconds.
  private func attacker(_ scene: Scene, _ volume: String, swaps: [(String, String)], limit: Int) throws -> Container {
    let commands = swaps.map { "/probe exchange /volume/\($0.0) /volume/\($0.1) \(limit) &" }
    let bundle = try scene.bundle {
      $0.process.args = ["sh", "-c", .string(commands.joined(separator: " ") + " wait")]
      $0.mounts.array.append(bind(volume, "/volume"))
    }
    try bundle.addProbe()
    return try scene.container(bundle).start()
  }

  /// Ends the attacker and expects that the attack was one: each pair was swapped all the time.
  private func expectSwaps(by attacker: Container, count: Int) throws {
    func swaps() -> [Int] { attacker.output.split(separator: "\n").compactMap { Int($0) } }
    let end =
      "for p in /proc/[0-9]*; do read name <$p/comm && [ \"$name\" = probe ] && kill -TERM ${p#/proc/}; done; true"
    try attacker.exec(end).checked()
    #expect(eventually { swaps().count == count && swaps().allSatisfy { $0 > 1000 } }, "\(swaps())")
    try attacker.remove()
  }

  private func bind(_ source: String, _ destination: String) -> JSON {
    ["destination": .string(destination), "source": .string(source), "type": "bind", "options": ["rbind", "rw"]]
  }

  /// Creates containers one after the other for some seconds; each either works or is refused.
  private func repeatedly(_ limit: Double, _ body: () throws -> Outcome) throws -> (worked: Int, refused: Int) {
    let begin = Moment.monotonic()
    var counts = (worked: 0, refused: 0)
    while seconds(since: begin) < limit {
      let outcome = try body()
      if outcome.succeeded { counts.worked += 1 } else { counts.refused += 1 }
    }
    return counts
  }

  // Red when a mount target is checked as a path and made or mounted on as a path afterwards: mkdir, open with O_CREAT
  // or mount(2) then follow the link to the canary on the host. runc 1.1.5 is red here within a second.
  @Test("mount targets in a volume that another container swaps with links never lead to the host", .needs(.apus))
  func mountTargets() throws {
    try onScene { scene in
      let volume = try scene.makeFolder("volume")
      let canary = try scene.makeFolder("canary/inside")
      let up = String(repeating: "../", count: 20)
      for (name, link) in [("folder", canary), ("other", up + canary.dropFirst())] {
        _ = try scene.makeFolder("volume/\(name)")
        try Descriptor.workingDirectory.makeSymbolicLink(volume + "/\(name)-link", to: link)
      }
      let before = try HostTree.picture(of: scene.folder + "/canary")
      let swaps = [("folder", "folder-link"), ("other", "other-link")]
      let attacker = try attacker(scene, volume, swaps: swaps, limit: 60)
      let file = scene.folder + "/file"
      try Data("file".utf8).write(to: URL(filePath: file))
      let bundle = try scene.bundle {
        $0.mounts.array += [
          bind(volume, "/volume"),
          ["destination": "/volume/folder/made", "type": "tmpfs", "source": "t", "options": ["size=64k"]],
          bind(file, "/volume/folder/file"),
          ["destination": "/volume/other/deep/er", "type": "tmpfs", "source": "t", "options": ["size=64k"]],
        ]
      }
      let victim = try scene.container(bundle)
      let counts = try repeatedly(6) { try victim.run() }
      #expect(counts.worked > 20, "\(counts)")
      let changes = try HostTree.picture(of: scene.folder + "/canary").filter { !before.contains($0) }
      #expect(changes == [])
      try expectSwaps(by: attacker, count: swaps.count)
    }
  }

  // Red when masks are bound from a path such as /dev/null inside the container, or from a descriptor whose kind is
  // not checked: a mask then is whatever the link led to. runc 1.1.5 is red here in each second attempt.
  @Test("masks stay masks while another container swaps /dev/null with a link", .needs(.apus))
  func masks() throws {
    try onScene { scene in
      let volume = try scene.makeFolder("volume")
      try Descriptor.workingDirectory.makeNode(
        volume + "/null", kind: .characterDevice, mode: 0o666, device: DeviceNumber(major: 1, minor: 3))
      try Descriptor.workingDirectory.makeSymbolicLink(volume + "/link", to: "/proc/sys/kernel/core_pattern")
      let attacker = try attacker(scene, volume, swaps: [("null", "link")], limit: 60)
      let masked = ["kcore", "keys", "timer_list", "interrupts", "version", "meminfo", "uptime", "sys", "irq", "fs"]
        .map { "/proc/" + $0 }.filter { Host.exists($0) }
      let fileCount = try Command("find", masked + ["-maxdepth", "0", "-type", "f"]).run().lines.count
      let bundle = try scene.bundle {
        // The attacker's folder is the container's /dev.
        $0.mounts.array.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
        $0.mounts.array.append(bind(volume, "/dev"))
        $0.linux.maskedPaths = JSON(masked)
        $0.process.args = [
          "sh", "-c", "for i in \(masked.joined(separator: " ")); do stat -c '%F %t:%T %n' $i; ls -A $i; done",
        ]
      }
      let victim = try scene.container(bundle)
      let before = try HostTree.settings()
      var holes: [String] = []
      let counts = try repeatedly(6) {
        let outcome = try victim.run()
        guard outcome.succeeded else { return outcome }
        let kinds = outcome.lines.filter { !$0.hasPrefix("/proc/") }
        let masks = kinds.filter { $0.hasPrefix("character special file 1:3 ") || $0.hasPrefix("directory 0:0 ") }
        // One line for each mask; a masked folder is empty, a masked file is listed by its own name.
        if masks != kinds || outcome.lines.count - kinds.count != fileCount { holes.append(outcome.output) }
        return outcome
      }
      #expect(holes.isEmpty, "\(holes.count) of \(counts), such as \(holes.first ?? "")")
      #expect(counts.worked > 20, "\(counts)")
      let changes = try HostTree.changes(of: before)
      #expect(changes == [])
      try expectSwaps(by: attacker, count: 1)
    }
  }

  // Red when the folder of a mount is opened by its path again after it was made or checked. What the link leads to
  // belongs to the host: a mount there, or a device or a link made there, is seen in its picture.
  @Test("folders of the root that the host's own user swaps with links never lead out of it", .needs(.apus))
  func rootFolders() throws {
    try onScene { scene in
      let script = "test -e /proc/self/status && test -c /dev/null"
      let bundle = try scene.bundle { $0.process.args = ["sh", "-c", .string(script)] }
      let root = bundle.rootfs
      let canary = try scene.makeFolder("canary")
      var attackers: [Child] = []
      for name in ["proc", "dev", "sys"] {
        _ = try scene.makeFolder("canary/\(name)")
        try FileManager.default.createDirectory(atPath: root + "/" + name, withIntermediateDirectories: true)
        try Descriptor.workingDirectory.makeSymbolicLink(root + "/\(name)-link", to: canary + "/" + name)
        let words = ["exchange", root + "/" + name, root + "/\(name)-link", "60"]
        attackers.append(try Command(Probe.path ?? "", words).start())
      }
      let before = try HostTree.picture(of: canary)
      let victim = try scene.container(bundle)
      let counts = try repeatedly(4) {
        // A container may find the link in the place of its folder, which goes elsewhere with its mount.
        try victim.run()
      }
      #expect(counts.worked + counts.refused > 20, "\(counts)")
      #expect(try HostTree.picture(of: canary) == before)
      #expect(!Host.lines(of: "/proc/self/mountinfo").contains { $0.contains(canary) })
      for attacker in attackers {
        attacker.send(SIGTERM)
        let swapped = Int(try attacker.wait(5).output.trimmed) ?? 0
        #expect(swapped > 1000)
      }
    }
  }
}
