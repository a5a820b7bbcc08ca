// The whole life of a container, and what its first process inherits from the one who made it.

import Foundation
import Linux
import Testing

@Suite("Lifecycle", .serialized, .containers)
struct LifecycleTests {
  @Test("create, start, exec, kill and delete, with the state told at each step")
  func walk() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.args = ["sh", "-c", "trap 'exit 5' TERM; echo up; while :; do usleep 20000; done"]
        $0["annotations"] = ["org.example.key": "value"]
      }
      let pidFile = scene.folder + "/pid"
      try container.create("--pid-file", pidFile).checked()
      let created = try #require(try scene.runtime.state(container.id))
      #expect(created.status == "created" && created.id == .string(container.id))
      #expect(created.bundle == .string(container.bundle.path) && created.annotations["org.example.key"] == "value")
      #expect(Host.read(pidFile) == "\(created.pid.integer ?? 0)")
      #expect(container.output == "")
      try scene.runtime.call("start", container.id).checked()
      #expect(eventually { container.output == "up\n" })
      #expect(try container.status == "running")
      #expect(try scene.runtime.ids() == [container.id])
      #expect(try container.exec("cat /proc/1/comm").output == "sh\n")
      #expect(try container.delete().code == 1)
      try container.kill("TERM").checked()
      #expect(try container.waitUntil("stopped"))
      #expect(try scene.runtime.state(container.id)?.pid == 0)
      try container.delete().checked()
      #expect(try scene.runtime.ids() == [])
      #expect(try container.status == nil)
    }
  }

  @Test("run -d leaves a running container, run --keep a stopped one")
  func runOptions() throws {
    try onScene { scene in
      let background = try scene.container { $0.process.args = ["sleep", "100"] }
      try background.run("--detach").checked()
      #expect(try background.status == "running")
      try background.remove()
      let kept = try scene.container { $0.process.args = ["sh", "-c", "exit 3"] }
      #expect(try kept.run("--keep").code == 3 || !Runtime.isApus)
      if try kept.status != nil { try kept.delete().checked() }
    }
  }

  @Test("exec in the background writes its pid and outlives the command")
  func execInBackground() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let pidFile = scene.folder + "/pid"
      try scene.runtime.call("exec", "--detach", "--pid-file", pidFile, container.id, "sleep", "200").checked()
      let pid = try #require(Int32((Host.read(pidFile) ?? "").trimmed))
      #expect(RunningProcess(pid: pid)?.words == "sleep 200")
      #expect((Host.read("/proc/\(pid)/cgroup") ?? "").contains(scene.name))
      try container.remove()
      #expect(eventually { !RunningProcess.isAlive(pid) })
    }
  }

  // Red without resetting actions and mask in the child: conmon ignores SIGPIPE, so `yes | head` would never end.
  @Test(
    "ignored and blocked signals, the session and the umask of the caller stay outside, by run and exec",
    .needs(.compiler))
  func hygiene() throws {
    try onScene { scene in
      let bundle = try scene.bundle {
        $0.process.args = ["sh", "-c", "/probe signals; umask; cut -d' ' -f6 /proc/self/stat"]
      }
      try bundle.addProbe()
      func dirty(_ command: Command) -> Command {
        var command = command
        let words = [
          "--ignore-signal=PIPE,HUP,USR1,CHLD", "--block-signal=USR2,WINCH", "sh", "-c",
          "umask 077; exec \"$0\" \"$@\"",
        ]
        command.arguments = words + [command.program] + command.arguments
        command.program = "env"
        return command
      }
      let run = try dirty(scene.container(bundle).command("run")).run().checked()
      let container = try scene.container(bundle) { $0.process.args = ["sleep", "100"] }.start()
      let script = "/probe signals; umask; cut -d' ' -f6 /proc/self/stat"
      let exec = try dirty(scene.runtime.command(["exec", container.id, "sh", "-c", script])).run().checked()
      for outcome in [run, exec] {
        let lines = outcome.lines
        try #require(lines.count == 5, "\(outcome)")
        #expect(lines[0].hasSuffix("0000000000000000") && lines[0].hasPrefix("SigBlk"), "\(outcome)")
        #expect(lines[1].hasSuffix("0000000000000000") && lines[1].hasPrefix("SigIgn"), "\(outcome)")
        #expect(lines[3] == "0022", "\(outcome)")
        // A session of its own: its number is a process of the namespace, 0 would be one outside.
        #expect(lines[4] != "0", "\(outcome)")
      }
      try container.remove()
    }
  }

  @Test("standard streams belong to the container's user, the null device excepted")
  func streams() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.user = ["uid": 1000, "gid": 1000]
        $0.process.args = ["sh", "-c", "stat -L -c %u /proc/self/fd/1; echo through >>/proc/self/fd/1"]
      }
      let before = try Command("stat", ["-c", "%u %a", "/dev/null"]).run().output
      let outcome = try container.run()
      #expect(outcome.output == "1000\nthrough\n", "\(outcome)")
      #expect(try Command("stat", ["-c", "%u %a", "/dev/null"]).run().output == before)
    }
  }

  @Test("the session keyring is the container's own, unless it is asked to stay", .needs(.apus))
  func keyring() throws {
    try onScene { scene in
      // By the container's own id: the keyring of one that is gone goes a moment later.
      func run(_ options: String...) throws -> (outcome: Outcome, keyring: String) {
        let container = try scene.container {
          $0.linux.maskedPaths = []
          $0.process.args = ["sh", "-c", "grep _ses /proc/keys || echo none"]
        }
        let command = scene.runtime.command(["run", "--bundle", container.bundle.path] + options + [container.id])
        return (try command.run().checked(), "_ses." + container.id)
      }
      let own = try run()
      #expect(own.outcome.output.contains(own.keyring), "\(own)")
      let shared = try run("--no-new-keyring")
      #expect(!shared.outcome.output.contains(shared.keyring), "\(shared)")
    }
  }

  @Test("nothing of the runtime is left in the container: one process, no parent, no mount of the host's root")
  func noRemains() throws {
    try onScene { scene in
      let script =
        "ls -d /proc/[0-9]* | wc -l; cut -d' ' -f4 /proc/1/stat; cut -d' ' -f5 /proc/self/mountinfo; "
        + "cat /proc/1/comm; exit"
      let outcome = try scene.run(script).checked()
      let lines = outcome.lines
      // sh, ls and wc.
      #expect((Int(lines[0].trimmed) ?? 99) <= 3 && lines[1] == "0", "\(outcome)")
      let places = Set(lines[2...].dropLast())
      #expect(
        places.allSatisfy { place in place == "/" || ["/proc", "/dev", "/sys"].contains { place.hasPrefix($0) } },
        "\(places)")
      #expect(lines.last == "sh")
    }
  }

  // Red when the thaw after the signal insists on a cgroup: the foreground run removes it as soon as its process ends.
  @Test("a foreground run that is killed and cleans up at once makes no error of the kill", .needs(.program("strace")))
  func killedForeground() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }
      let run = try container.command("run").start()
      #expect(try container.waitUntil("running"))
      var kill = scene.runtime.command(["kill", container.id, "KILL"])
      // The processor is taken away at the worst moment.
      let delay = "inject=pidfd_send_signal:delay_exit=300000"
      kill.arguments = ["-o", scene.folder + "/calls", "-e", delay, kill.program] + kill.arguments
      kill.program = "strace"
      let outcome = try kill.run()
      #expect(outcome.succeeded, "\(outcome)")
      #expect(try run.wait(10).code == 137)
    }
  }

  @Test("a hundred containers one after the other leave nothing, and the last is as quick as the first")
  func hundred() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      var times: [Double] = []
      for _ in 0..<100 {
        let outcome = try scene.container(bundle).run().checked()
        times.append(outcome.seconds)
      }
      let first = times.prefix(20).sorted()[10]
      let last = times.suffix(20).sorted()[10]
      // A coarse measure: it is there for what grows with each container.
      #expect(last < first * 3 + 0.02, "median of the first 20: \(first) s, of the last 20: \(last) s")
    }
  }
}
