// The ledger of leaks can fail: each kind of leak is made on purpose and has to be found.

import Foundation
import Linux
import Testing

@Suite("Leak ledger", .serialized, .needs(.root))
struct LeakLedgerTests {
  /// Makes a leak within a ledger, and returns what the ledger finds and what it still finds after its sweep.
  private func leaks(_ leak: (Scene, LeakLedger) throws -> Void) throws -> (found: [String], swept: [String]) {
    var found: [String] = []
    var swept: [String] = []
    try onScene { scene in
      let ledger = LeakLedger(name: scene.name, folder: scene.folder, stateRoot: scene.runtime.root)
      try leak(scene, ledger)
      found = ledger.leaks(patience: 0.1)
      ledger.sweep()
      swept = ledger.leaks(patience: 1)
    }
    return (found, swept)
  }

  @Test("nothing is found where nothing was left")
  func nothing() throws {
    let (found, _) = try leaks { _, _ in }
    #expect(found == [])
  }

  @Test("an orphaned process is found")
  func process() throws {
    let (found, swept) = try leaks { scene, _ in
      try Command(shell: "sleep 100 </dev/null >/dev/null 2>&1 &").run().checked()
    }
    #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("process ") && $0.hasSuffix("sleep 100") }, "\(found)")
    #expect(swept == [])
  }

  @Test("a process that only its cgroup betrays is found")
  func processInCgroup() throws {
    guard let tree = Host.hierarchies.first else { return }
    let (found, swept) = try leaks { scene, _ in
      let folder = tree + "/" + scene.name + "/left"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Command(shell: "sleep 100 </dev/null >/dev/null 2>&1 & echo $! >\(folder)/cgroup.procs").run().checked()
    }
    #expect(found.contains { $0.hasPrefix("cgroup ") } && found.contains { $0.hasPrefix("process ") }, "\(found)")
    #expect(swept == [])
  }

  @Test("a cgroup is found in every hierarchy", arguments: Host.hierarchies)
  func cgroup(tree: String) throws {
    let (found, swept) = try leaks { scene, _ in
      let folder = tree + "/" + scene.name + "/left"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("cgroup ") }, "\(found)")
    #expect(swept == [])
  }

  @Test("a mount is found")
  func mount() throws {
    let (found, swept) = try leaks { scene, _ in
      let point = try scene.makeFolder("point")
      try Command("mount", ["-t", "tmpfs", "left", point]).run().checked()
    }
    #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("mount tmpfs on /tmp/") }, "\(found)")
    #expect(swept == [])
  }

  @Test("a state directory is found, a cache is not")
  func state() throws {
    let (found, _) = try leaks { scene, _ in
      _ = try scene.makeFolder("state/some.id_1")
      _ = try scene.makeFolder("state/@seccomp")
    }
    #expect(found.count == 1 && found.allSatisfy { $0.hasSuffix("/state/some.id_1") }, "\(found)")
  }

  @Test("an open descriptor is found")
  func descriptor() throws {
    let (found, _) = try leaks { scene, ledger in
      let file = try Descriptor.workingDirectory.open("/etc/passwd", [.readOnly])
      #expect(ledger.leaks(patience: 0.1) == ["descriptor of /etc/passwd"])
      try file.close()
    }
    #expect(found == [])
  }

  @Test("a network namespace file is found")
  func networkNamespace() throws {
    let (found, swept) = try leaks { scene, _ in
      try FileManager.default.createDirectory(atPath: "/run/netns", withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: "/run/netns/" + scene.name))
    }
    #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("network namespace ") }, "\(found)")
    #expect(swept == [])
  }
}
