// A4 and A7: images whose /proc, /sys or /dev are not what they should be (CVE-2019-19921, CVE-2026-41579).

import Foundation
import Linux
import Testing

/// What an image may put in the place of a folder.
enum Fake: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case link, danglingLink, linkOutside, relativeLinkOutside, file, fifo, device

  var testDescription: String { rawValue }

  /// Puts it at a name of the root file system, in place of what is there.
  func put(_ name: String, in bundle: TestBundle, canary: String) throws {
    let path = bundle.rootfs + "/" + name
    try? FileManager.default.removeItem(atPath: path)
    let up = String(repeating: "../", count: 20)
    switch self {
    case .link: try Descriptor.workingDirectory.makeSymbolicLink(path, to: "/tmp")
    case .danglingLink: try Descriptor.workingDirectory.makeSymbolicLink(path, to: "/nowhere")
    case .linkOutside: try Descriptor.workingDirectory.makeSymbolicLink(path, to: canary)
    case .relativeLinkOutside: try Descriptor.workingDirectory.makeSymbolicLink(path, to: up + canary.dropFirst())
    case .file: try bundle.write(name, "file")
    case .fifo: try Descriptor.workingDirectory.makeNode(path, kind: .fifo, mode: 0o666)
    case .device:
      try Descriptor.workingDirectory.makeNode(
        path, kind: .characterDevice, mode: 0o666, device: DeviceNumber(major: 1, minor: 5))
    }
  }
}

@Suite("A4, A7: images with false folders", .serialized, .containers)
struct FakeFolderTests {
  // Red when the target of a mount of proc or sysfs may be reached through a link, or is not checked to be a folder.
  @Test("/proc and /sys that are no folders are refused, and the host's settings stay", arguments: Fake.allCases)
  func procAndSys(fake: Fake) throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary")
      let before = try HostTree.settings()
      for name in ["proc", "sys"] {
        let bundle = try scene.bundle { $0.linux["sysctl"] = ["kernel.shm_rmid_forced": "1"] }
        try fake.put(name, in: bundle, canary: canary)
        let outcome = try scene.container(bundle).create()
        #expect(outcome.code == 1 && outcome.errors.contains(name), "\(outcome)")
      }
      let changes = try HostTree.changes(of: before)
      #expect(changes == [])
      #expect(Host.names(in: canary) == [])
    }
  }

  // Red when devices and their links are made by path below the root file system, as in runc 1.1.5.
  @Test("a false /dev leads no device to the host", .needs(.apus), arguments: Fake.allCases)
  func dev(fake: Fake) throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary")
      for isMounted in [true, false] {
        let bundle = try scene.bundle {
          if !isMounted { $0.mounts.array.removeAll { $0.destination.string?.hasPrefix("/dev") == true } }
        }
        try fake.put("dev", in: bundle, canary: canary)
        // It may work inside the root file system or be refused.
        _ = try scene.container(bundle).run()
        #expect(Host.names(in: canary) == [])
      }
    }
  }

  @Test("false names below /dev lead nothing to the host", arguments: Fake.allCases)
  func belowDev(fake: Fake) throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary/pts")
      let before = try HostTree.picture(of: scene.folder + "/canary")
      for name in ["pts", "shm", "mqueue", "null", "console", "fd", "ptmx", "core"] {
        let bundle = try scene.bundle {
          // The image's own /dev, with the mounts below it.
          $0.mounts.array.removeAll { $0.destination == "/dev" }
        }
        try fake.put("dev/" + name, in: bundle, canary: canary)
        _ = try scene.container(bundle).run()
        #expect(try HostTree.picture(of: scene.folder + "/canary") == before, "\(name)")
      }
      let terminal = try Terminal()
      let bundle = try scene.bundle {
        $0.mounts.array.removeAll { $0.destination == "/dev" }
        $0.process.terminal = true
      }
      try fake.put("dev/console", in: bundle, canary: canary + "/console")
      let run = try terminal.control(scene.container(bundle).command("run")).start()
      terminal.drain(0.5)
      try run.wait(10)
      #expect(try HostTree.picture(of: scene.folder + "/canary") == before, "console")
    }
  }

  @Test("a working directory that is a false name makes nothing on the host", arguments: Fake.allCases)
  func workingDirectory(fake: Fake) throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary")
      let bundle = try scene.bundle { $0.process.cwd = "/made/inner/here" }
      try fake.put("made", in: bundle, canary: canary)
      _ = try scene.container(bundle).run()
      #expect(Host.names(in: canary) == [])
    }
  }

  @Test("masked and read-only paths that are false names mask nothing of the host", arguments: Fake.allCases)
  func masks(fake: Fake) throws {
    try onScene { scene in
      let canary = try scene.makeFolder("canary")
      let mounts = Host.mounts
      let bundle = try scene.bundle {
        $0.linux.maskedPaths = ["/made/one", "/made"]
        $0.linux.readonlyPaths = ["/made/two", "/made"]
      }
      try fake.put("made", in: bundle, canary: canary)
      _ = try scene.container(bundle).run()
      #expect(Host.names(in: canary) == [])
      #expect(
        Host.mounts.filter { $0.point.hasPrefix(scene.folder) } == mounts.filter { $0.point.hasPrefix(scene.folder) })
    }
  }
}
