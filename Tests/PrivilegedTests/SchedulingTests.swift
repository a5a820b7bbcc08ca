// What config.json says of scheduling, I/O priority, personality, memory policy and processors, seen from inside.

import Foundation
import Testing

@Suite("Scheduling", .serialized, .containers)
struct ContainerSchedulingTests {
  /// Nice value and policy of a process, as the kernel shows them.
  private static let policy = "awk '{print $19, $41}' /proc/self/stat"

  @Test("the scheduler of config.json is that of the container and of exec; --process may say another", .needs(.apus))
  func scheduler() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.args = ["sleep", "100"]
        $0.process["scheduler"] = ["policy": "SCHED_BATCH", "nice": 7]
      }.start()
      #expect(try container.exec("awk '{print $19, $41}' /proc/1/stat").output == "7 3\n")
      #expect(try container.exec(Self.policy).output == "7 3\n")
      try container.bundle.write(
        "../own.json",
        """
        {"args": ["/bin/awk", "{print $19, $41}", "/proc/self/stat"], "cwd": "/",
         "scheduler": {"policy": "SCHED_IDLE"}}
        """)
      let own = try scene.runtime.call("exec", "--process", container.bundle.path + "/own.json", container.id)
      #expect(own.output.hasSuffix(" 5\n"), "\(own)")
      try container.remove()
    }
  }

  // Red when the reason of the kernel, "operation not permitted", is all that is said.
  @Test("the deadline policy beside some processors is refused by that reason", .needs(.apus, .controller("cpuset")))
  func deadlineWithProcessors() throws {
    guard ProcessInfo.processInfo.processorCount > 1 else { return }
    try onScene { scene in
      let outcome = try scene.run("true") {
        $0.linux.resources["cpu"] = ["cpus": "0"]
        $0.process["scheduler"] = [
          "policy": "SCHED_DEADLINE", "runtime": 42000, "deadline": 1_000_000, "period": 1_000_000,
        ]
      }
      #expect(outcome.code == 1, "\(outcome)")
      #expect(outcome.errors.contains("process scheduler can't be used together with AllowedCPUs"), "\(outcome)")
    }
  }

  @Test("the I/O priority is that of the container and of exec", .needs(.apus))
  func ioPriority() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.args = ["sleep", "100"]
        $0.process["ioPriority"] = ["class": "IOPRIO_CLASS_BE", "priority": 6]
      }.start()
      #expect(try container.exec("ionice -p 1; ionice").output == "best-effort: prio 6\nbest-effort: prio 6\n")
      try container.remove()
    }
  }

  @Test("the personality is set before a filter that forbids it", .needs(.apus))
  func personality() throws {
    try onScene { scene in
      let filter: JSON = [
        "defaultAction": "SCMP_ACT_ALLOW",
        "syscalls": [["names": ["personality", "set_mempolicy", "sched_setattr"], "action": "SCMP_ACT_KILL_PROCESS"]],
      ]
      for noNewPrivileges in [true, false] {
        let outcome = try scene.run("cat /proc/self/personality; head -n 1 /proc/self/numa_maps | cut -d ' ' -f 2") {
          $0.process["noNewPrivileges"] = .bool(noNewPrivileges)
          $0.process["scheduler"] = ["policy": "SCHED_BATCH"]
          $0.linux["personality"] = ["domain": "LINUX32"]
          $0.linux["memoryPolicy"] = ["mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]]
          $0.linux["seccomp"] = filter
        }
        #expect(outcome.output == "00000008\nbind=static:0\n", "\(outcome)")
      }
    }
  }

  @Test("a memory node that is not there fails the container and names the step", .needs(.apus))
  func memoryNodeMissing() throws {
    try onScene { scene in
      let outcome = try scene.run("true") {
        $0.linux["memoryPolicy"] = ["mode": "MPOL_BIND", "nodes": "63"]
      }
      #expect(outcome.code == 1 && outcome.errors.contains("setting the memory policy: set_mempolicy: "), "\(outcome)")
    }
  }

  @Test(
    "processors of the caller are not the container's; execCPUAffinity says those of exec",
    .needs(.apus, .program("taskset")))
  func processors() throws {
    try onScene { scene in
      let script = "grep -F Cpus_allowed_list: /proc/self/status | tr -d '\\t'"
      let all = try scene.run(script).output
      let narrow = try scene.container { $0.process.args = ["sh", "-c", .string(script)] }
      let run = narrow.command("run")
      #expect(try Command("taskset", ["-c", "0", run.program] + run.arguments).run().output == all)
      let container = try scene.container {
        $0.process.args = ["sleep", "100"]
        $0.process["execCPUAffinity"] = ["initial": "0", "final": "0"]
      }.start()
      #expect(try container.exec("grep -F Cpus_allowed_list: /proc/1/status | tr -d '\\t'").output == all)
      let outcome = try scene.runtime.command(["--debug", "exec", container.id, "sh", "-c", script]).run()
      #expect(outcome.output == "Cpus_allowed_list:0\n" && outcome.errors.contains("]: affinity: 0x1"), "\(outcome)")
      try container.remove()
    }
  }
}
