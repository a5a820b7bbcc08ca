// Containers that run out of memory, and those that do not.

import Foundation
import Linux
import Testing

@Suite("Monitor, memory", .serialized, .containers, .monitor, .needs(.anyController("memory")))
struct MonitorMemoryTests {
  /// Fills memory until it is killed.
  private static let hungry = "exec tail /dev/zero"

  private func container(_ scene: Scene, _ runtime: String, _ script: String) throws -> MonitoredContainer {
    try MonitoredContainer(scene, runtime, script) {
      $0.linux.resources.memory = ["limit": 20_000_000, "swap": 20_000_000]
    }
  }

  @Test("a kill for memory is told before the exit, each of twenty times", arguments: Monitor.runtimes)
  func killed(runtime: String) throws {
    try onScene { scene in
      for number in 0..<20 {
        let container = try container(scene, runtime, Self.hungry)
        let events = FolderEvents([container.folder + "/persist", container.folder + "/exits"])
        try container.run()
        #expect(try container.exitCode() == "137")
        try container.remove()
        #expect(Host.exists(container.bundle.path + "/oom"), "container \(number)")
        let names = events.next()
        let (told, exited) = (names.firstIndex(of: "oom"), names.firstIndex(of: container.id))
        #expect((told ?? .max) < (exited ?? -1), "container \(number): \(names)")
      }
    }
  }

  @Test(
    "a process of a container that is killed for memory is told while the container lives", arguments: Monitor.runtimes)
  func killedChild(runtime: String) throws {
    try onScene { scene in
      let container = try container(scene, runtime, "tail /dev/zero; echo went on; sleep 1000").run()
      #expect(eventually(within: 10) { Host.exists(container.folder + "/persist/oom") })
      #expect(eventually { container.lines.contains("went on") })
      #expect(!container.hasExited)
      try container.kill()
      _ = try container.exitCode()
      try container.remove()
    }
  }

  @Test(
    "a kill in a cgroup below that of the container is told, too", .needs(.unifiedController("memory")),
    arguments: Monitor.runtimes)
  func killedBelow(runtime: String) throws {
    // As an init in the container divides its cgroup: the limit is that of the part.
    let script = """
      cd /sys/fs/cgroup && mkdir part && echo 0 >part/cgroup.procs && echo +memory >cgroup.subtree_control &&
        echo 10000000 >part/memory.max && echo divided && tail /dev/zero; echo went on; sleep 1000
      """
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, script) {
        $0.linux.namespaces.array.append(["type": "cgroup"])
        $0.mounts.array.append(["destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup"])
      }
      try container.run()
      #expect(eventually(within: 10) { Host.exists(container.folder + "/persist/oom") })
      #expect(eventually { container.lines.contains("went on") }, "\(container.lines)")
      #expect(!container.hasExited)
      try container.kill()
      _ = try container.exitCode()
      try container.remove()
    }
  }

  @Test("an ordinary end, a kill and a removal of the cgroup are no lack of memory", arguments: Monitor.runtimes)
  func notKilled(runtime: String) throws {
    try onScene { scene in
      for script in ["true", "exit 137", "kill -9 $$"] {
        let container = try container(scene, runtime, script)
        _ = try container.runToEnd()
        #expect(!Host.exists(container.folder + "/persist/oom") && !Host.exists(container.bundle.path + "/oom"))
      }
      let container = try container(scene, runtime, "sleep 1000").run()
      // The cgroup goes together with the container.
      try container.runtime.call("delete", "--force", container.id).checked()
      #expect(try container.exitCode() == "137")
      #expect(eventually { !container.isMonitored })
      #expect(!Host.exists(container.folder + "/persist/oom"))
    }
  }
}
