// The runtime killed at any moment: one `delete --force` leaves nothing.

import Foundation
import Linux
import Testing

@Suite("Killed at any moment", .serialized, .containers)
struct CrashTests {
  /// How long a create takes, in milliseconds; moments are picked from a little more than that.
  private static let longest: Int = Runtime.isApus ? 20 : 80

  /// Kills a command with SIGKILL after some time, unless it ends before.
  private func kill(_ command: Command, after milliseconds: Int) throws {
    let child = try command.start()
    sleep(milliseconds: Int64(milliseconds))
    child.send(9)
    try child.wait(5)
  }

  /// A container whose create has some work to do: limits, seccomp, a hook.
  private func container(_ scene: Scene, _ bundle: TestBundle? = nil) throws -> Container {
    try scene.container(bundle) {
      $0.process.args = ["sleep", "100"]
      $0.linux.resources["memory"] = ["limit": 33_554_432]
      $0.linux.resources["pids"] = ["limit": 32]
      $0.linux["seccomp"] = [
        "defaultAction": "SCMP_ACT_ALLOW", "architectures": [],
        "syscalls": [["names": ["reboot", "kexec_load"], "action": "SCMP_ACT_ERRNO"]],
      ]
      $0["hooks"] = ["createRuntime": [["path": "/bin/true"]]]
    }
  }

  // Red when a resource (cgroup, child) is made before the state that names it, and without PDEATHSIG in the child.
  @Test("100 creates killed at random moments leave nothing behind one delete --force")
  func create() throws {
    try onScene { scene in
      let container = try container(scene)
      let pidFile = scene.folder + "/pid"
      for _ in 0..<100 {
        try kill(container.command("create", "--pid-file", pidFile), after: Int.random(in: 0...Self.longest))
        let delete = try container.delete("--force")
        #expect(delete.succeeded, "\(delete)")
        let left = Host.names(in: scene.runtime.root).filter { !$0.hasPrefix("@") }
        #expect(left == [])
        if !delete.succeeded || left != [] { return }
      }
      // The same id is as good as new, and so is the pid file, which any killed command may have left half written.
      try Data().write(to: URL(filePath: scene.folder + "/.pid"))
      try container.create("--pid-file", pidFile).checked()
      #expect(Host.read(pidFile) == "\(try container.pid())" && !Host.exists(scene.folder + "/.pid"))
      try container.remove()
    }
  }

  @Test("30 runs killed at random moments leave nothing behind one delete --force")
  func run() throws {
    try onScene { scene in
      let container = try container(scene)
      for _ in 0..<30 {
        try kill(container.command("run"), after: Int.random(in: 0...2 * Self.longest))
        try container.remove()
        #expect(try container.status == nil)
      }
    }
  }

  @Test(
    "starts, execs, kills and deletes killed at random moments leave nothing behind one delete --force", .needs(.apus))
  func others() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      for index in 0..<24 {
        let container = try container(scene, bundle)
        try container.create().checked()
        let words = [["start"], ["exec"], ["kill"], ["delete"]][index % 4]
        if words != ["start"] { try scene.runtime.call("start", container.id).checked() }
        let rest = ["exec": ["sleep", "100"], "kill": ["KILL"], "delete": []][words[0]] ?? []
        let command = scene.runtime.command(words + (words == ["delete"] ? ["--force"] : []) + [container.id] + rest)
        try kill(command, after: Int.random(in: 0...Self.longest / 2))
        try container.remove()
        #expect(try container.status == nil)
      }
    }
  }

  @Test("the container's process dies with a create that is killed before it is done", .needs(.apus))
  func childDiesWithParent() throws {
    try onScene { scene in
      let container = try scene.container {
        $0["hooks"] = ["createRuntime": [["path": "/bin/sleep", "args": ["sleep", "100"]]]]
      }
      let create = try container.command("create").start()
      #expect(eventually { processes(of: container).count >= 1 && hooks(of: create).count == 1 })
      let hook = hooks(of: create)
      create.send(9)
      try create.wait()
      #expect(eventually { processes(of: container).isEmpty }, "the container's process lives on")
      #expect(try container.status != "running")
      try container.remove()
      // A hook belongs to the caller's tree; it is not the runtime's to find any more.
      for process in hook { try? sendSignal(9, to: process.pid) }
    }
  }

  @Test("delete --force from outside ends a create that hangs in a hook", .needs(.apus))
  func deleteDuringHook() throws {
    try onScene { scene in
      let container = try scene.container {
        $0["hooks"] = ["prestart": [["path": "/bin/sleep", "args": ["sleep", "100"]]]]
      }
      let create = try container.command("create").start()
      #expect(eventually { hooks(of: create).count == 1 })
      #expect(try container.status == "creating")
      var delete = scene.runtime.command(["delete", "--force", container.id])
      delete.timeLimit = 5
      try delete.run().checked()
      #expect(try container.status == nil)
      #expect(try create.wait(5).code == 1)
    }
  }

  /// Processes in the cgroup of a container.
  private func processes(of container: Container) -> [Int32] {
    let path = container.bundle.config.linux.cgroupsPath.string ?? ""
    return Host.lines(of: (Host.controllers["freezer"] ?? "") + path + "/cgroup.procs").compactMap { Int32($0) }
  }

  /// The hooks that a command of the runtime has running.
  private func hooks(of create: Child) -> [RunningProcess] {
    RunningProcess.all().values.filter { $0.parent == create.pid && $0.words == "sleep 100" }
  }
}
