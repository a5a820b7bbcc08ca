// Programs that are born in, or join, cgroups before they run.

import Foundation
import Linux
import Testing

@Suite("Programs started in cgroups", .serialized, .needs(.root))
struct SpawnCgroupTests {
  /// The cgroups of a program, as itself sees them.
  private func cgroups(_ change: (inout Spawn) -> Void) throws -> String {
    let output = try Descriptor.memoryFile("output", isExecutable: false)
    var spawn = Spawn("/bin/cat", arguments: ["/proc/self/cgroup"], environment: [])
    spawn.pass(output, as: 1)
    change(&spawn)
    let process = try spawn.start()
    #expect(try process.pidfd.waitForExit() == .exited(0))
    try output.seek(to: 0)
    return String(decoding: try output.readToEnd(limit: 1 << 20), as: UTF8.self)
  }

  /// With a cgroup of the test's own below a mounted hierarchy.
  private func inCgroup(_ root: String, _ scene: Scene, _ body: (String) throws -> Void) throws {
    let path = root + scene.cgroup
    try Descriptor.workingDirectory.makeDirectory(path, mode: 0o755)
    defer { try? Descriptor.workingDirectory.removeDirectory(path) }
    try body(path)
  }

  @Test("a version 1 cgroup is joined by the child itself", .needs(.controller("pids")))
  func versionOne() throws {
    try onScene { scene in
      let root = try #require(Host.controllers["pids"])
      try inCgroup(root, scene) { path in
        let tasks = try Descriptor.workingDirectory.open(path + "/tasks", .writeOnly)
        let found = try cgroups { $0.cgroupTasks = [tasks.number] }
        #expect(found.contains("pids:\(scene.cgroup)\n"), "\(found)")
        // Where it cannot join it does not run; this file takes nothing.
        let full = try Descriptor.workingDirectory.open("/dev/full", .writeOnly)
        let error = #expect(throws: SystemCallError.self) { _ = try cgroups { $0.cgroupTasks = [full.number] } }
        #expect(error?.message == "write 'tasks': no space left on device")
      }
    }
  }

  @Test("a version 2 cgroup is where the child is born", .needs(.unifiedTree))
  func versionTwo() throws {
    try onScene { scene in
      let root = try #require(Host.unified)
      try inCgroup(root, scene) { path in
        let folder = try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
        let found = try cgroups { $0.cgroup = folder.number }
        #expect(found.contains("0::\(scene.cgroup)\n"), "\(found)")
        let other = try Descriptor.workingDirectory.open("/tmp", [.readOnly, .directory])
        let error = #expect(throws: SystemCallError.self) { _ = try cgroups { $0.cgroup = other.number } }
        #expect(error?.call == "clone3")
      }
    }
  }
}
