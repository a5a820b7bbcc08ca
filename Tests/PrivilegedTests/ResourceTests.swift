// Limits that bite: memory, pids, the freezer.

import Foundation
import Linux
import Testing

@Suite("Limits", .serialized, .containers)
struct ResourceTests {
  // Red when the runtime itself needs much memory inside the container's cgroup.
  @Test("a container with a memory limit of 1 MB starts", .needs(.apus, .anyController("memory"), .compiler))
  func oneMegabyte() throws {
    try onScene { scene in
      let bundle = try scene.bundle {
        $0.process.args = ["/probe", "wait-signal"]
        $0.linux.resources["memory"] = ["limit": 1_048_576]
      }
      try bundle.addProbe()
      let container = try scene.container(bundle).start()
      #expect(eventually { container.output == "ready\n" })
      #expect(try scene.runtime.call("exec", container.id, "/probe", "signals").succeeded)
      try container.remove()
    }
  }

  @Test("eating more than the memory limit ends in 137", .needs(.anyController("memory"), .compiler))
  func outOfMemory() throws {
    try onScene { scene in
      let bundle = try scene.bundle {
        $0.process.args = ["/probe", "eat", "200"]
        $0.linux.resources["memory"] = ["limit": 16_777_216, "swap": 16_777_216]
      }
      try bundle.addProbe()
      let outcome = try scene.container(bundle).run()
      #expect(outcome.code == 137 && outcome.output == "", "\(outcome)")
      let enough = try scene.container(bundle) {
        $0.process.args = ["/probe", "eat", "8"]
        $0.linux.cgroupsPath = .string(scene.cgroup + "/enough")
      }
      #expect(try enough.run().output == "eaten\n")
    }
  }

  @Test(
    "exec into a container at its pids limit works or is a clear error, within a second",
    .needs(.anyController("pids"), .compiler))
  func pidsLimit() throws {
    try onScene { scene in
      let bundle = try scene.bundle {
        $0.process.args = ["/probe", "spawn", "30"]
        $0.linux.resources["pids"] = ["limit": 10]
      }
      try bundle.addProbe()
      let container = try scene.container(bundle).start()
      #expect(eventually { container.output == "9\n" }, "\(container.output)")
      // Version 1 limits what forks, not what joins: there the program runs. Where the kernel refuses, we say so.
      let outcome = try scene.runtime.call("exec", container.id, "true")
      let isClear = outcome.code == 255 && outcome.errors.lowercased().contains("resource temporarily unavailable")
      #expect(outcome.code == 0 || isClear, "\(outcome)")
      #expect(outcome.seconds < 1)
      // The program's own forks are refused in any case.
      let forking = try container.exec("true | true; true | true")
      #expect(forking.code != 0 && forking.seconds < 3, "\(forking)")
      #expect(try container.status == "running")
      try container.remove()
    }
  }

  // Red when exec joins the frozen cgroup before it looks: it would hang there.
  @Test(
    "exec into a paused container is refused at once, and waits with --ignore-paused", .needs(.freezer))
  func paused() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      try scene.runtime.call("pause", container.id).checked()
      #expect(try container.status == "paused")
      let refused = try scene.runtime.call("exec", container.id, "true")
      #expect(refused.code == 255 && refused.errors.contains("paused") && refused.seconds < 1, "\(refused)")
      let waiting = try scene.runtime.command(["exec", "--ignore-paused", container.id, "echo", "thawed"]).start()
      sleep(milliseconds: 200)
      #expect(waiting.isRunning && waiting.output == "")
      try scene.runtime.call("resume", container.id).checked()
      let outcome = try waiting.wait(10)
      #expect(outcome.code == 0 && outcome.output == "thawed\n", "\(outcome)")
      try container.remove()
    }
  }

  @Test(
    "a paused container is killed by KILL once resumed, and by delete --force at once", .needs(.freezer))
  func killPaused() throws {
    try onScene { scene in
      let first = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      try scene.runtime.call("pause", first.id).checked()
      try first.kill().checked()
      _ = try scene.runtime.call("resume", first.id)
      #expect(try first.waitUntil("stopped"))
      try first.delete().checked()
      let second = try scene.container(scene.bundle { $0.process.args = ["sleep", "100"] }).start()
      try scene.runtime.call("pause", second.id).checked()
      var delete = scene.runtime.command(["delete", "--force", second.id])
      delete.timeLimit = 5
      try delete.run().checked()
    }
  }

  @Test("pausing twice and resuming what runs are refused or without effect", .needs(.freezer))
  func pauseTwice() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      #expect(try scene.runtime.call("resume", container.id).code == 1)
      try scene.runtime.call("pause", container.id).checked()
      _ = try scene.runtime.call("pause", container.id)
      #expect(try container.status == "paused")
      try scene.runtime.call("resume", container.id).checked()
      #expect(try container.status == "running")
      try container.remove()
    }
  }
}

@Suite("Containers without a PID namespace of their own", .serialized, .containers)
struct SharedPIDNamespaceTests {
  /// A container in the host's PID namespace whose init has left orphans behind.
  private func container(_ scene: Scene) throws -> (Container, [Int32]) {
    let script = "for i in 1 2 3; do (setsid sleep 1000 & echo $!); done; exec sleep 1000"
    let container = try scene.container {
      $0.process.args = ["sh", "-c", .string(script)]
      $0.linux.namespaces.array.removeAll { $0.type == "pid" }
    }.start()
    #expect(eventually { container.output.split(separator: "\n").count == 3 })
    let orphans = container.output.split(separator: "\n").compactMap { Int32($0) }
    return (container, orphans + [try container.pid()])
  }

  // Red when only the init gets the signal.
  @Test("kill --all reaches every process")
  func killAll() throws {
    try onScene { scene in
      let (container, pids) = try container(scene)
      #expect(pids.allSatisfy(RunningProcess.isAlive))
      try scene.runtime.call("kill", "--all", container.id, "KILL").checked()
      #expect(eventually { !pids.contains(where: RunningProcess.isAlive) })
      try container.delete().checked()
    }
  }

  @Test("delete --force reaches every process, also when the init has gone before")
  func deleteByForce() throws {
    try onScene { scene in
      let (container, pids) = try container(scene)
      try sendSignal(9, to: pids[3])
      #expect(eventually { !RunningProcess.isAlive(pids[3]) })
      #expect(try container.status == "stopped")
      try container.remove()
      #expect(eventually { !pids.contains(where: RunningProcess.isAlive) })
    }
  }

  @Test("delete without force of a stopped container ends the orphans too")
  func delete() throws {
    try onScene { scene in
      let (container, pids) = try container(scene)
      try container.kill().checked()
      #expect(try container.waitUntil("stopped"))
      try container.delete().checked()
      #expect(eventually { !pids.contains(where: RunningProcess.isAlive) })
    }
  }
}
