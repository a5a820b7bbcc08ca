// Debian's Podman, unchanged, over this monitor and runtime: what its users do every day.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, under Podman", .serialized, .containers, .monitor, .needs(.program("podman")))
struct MonitorPodmanTests {
  /// Podman with storage, state and containers of its own.
  private struct Podman {
    let folder: String
    let rootfs: String
    let runtime: String
    private let strays: StrayFolders

    init(_ scene: Scene, _ runtime: String) throws {
      strays = StrayFolders(name: scene.name)
      folder = try scene.makeFolder("podman")
      rootfs = folder + "/rootfs"
      self.runtime = runtime
      try RootFileSystem.makeBusybox(at: rootfs)
    }

    /// A command of Podman; it starts what it leaves behind in cgroups below the test's name.
    func command(_ words: [String]) -> Command {
      let own = [
        "--root", folder + "/root", "--runroot", folder + "/run", "--tmpdir", folder + "/tmp", "--conmon",
        Monitor.program, "--runtime", runtime, "--cgroup-manager", "cgroupfs", "--events-backend", "file",
        "--storage-driver", "vfs",
      ]
      var command = Command("podman", own + words)
      command.timeLimit = 60
      return command
    }

    @discardableResult
    func call(_ words: String...) throws -> Outcome { try command(words).run() }

    /// Options of `run` and `create` that the small host permits.
    func run(_ options: [String], _ words: String...) -> Command {
      let limits = ["--ulimit", "nofile=1000:1000", "--ulimit", "nproc=1000:1000", "--network", "none"]
      return command(["run"] + limits + ["--cgroup-parent", "/" + scopeName] + options + ["--rootfs", rootfs] + words)
    }

    var scopeName: String { (folder as NSString).pathComponents[2] }

    func inspect(_ name: String, _ format: String) throws -> String {
      try call("inspect", "--format", format, name).checked().trimmed
    }

    func removeAll() {
      _ = try? call("rm", "--force", "--all", "--time", "0")
      _ = try? Command("umount", [folder + "/root/vfs"]).run()
      _ = try? Command("umount", [folder + "/root"]).run()
      // Podman's own cgroups for its monitors, which it never removes.
      for root in Host.hierarchies {
        let cgroup = root + "/" + scopeName + "/conmon"
        _ = eventually(within: 2) { Host.lines(of: cgroup + "/cgroup.procs").isEmpty }
        try? Descriptor.workingDirectory.removeDirectory(cgroup)
      }
      strays.remove()
    }
  }

  private func play(_ runtime: String, _ body: (Podman) throws -> Void) throws {
    try onScene { scene in
      let podman = try Podman(scene, runtime)
      defer { podman.removeAll() }
      try body(podman)
    }
  }

  @Test("run shows output and errors apart and hands back the code", arguments: Monitor.runtimes)
  func run(runtime: String) throws {
    try play(runtime) { podman in
      let outcome = try podman.run(["--rm"], "sh", "-c", "echo out; echo err >&2; exit 42").run()
      #expect(outcome.code == 42)
      #expect(outcome.output == "out\n" && outcome.errors == "err\n")
      #expect(try podman.call("ps", "--all", "--quiet").output.isEmpty)
    }
  }

  @Test("run hands its input to the container, every byte of it", arguments: Monitor.runtimes)
  func input(runtime: String) throws {
    try play(runtime) { podman in
      var command = podman.run(["--rm", "-i"], "sh", "-c", "wc -c; echo done")
      command.input = .text(String(repeating: "0123456789\0", count: 20_000))
      let outcome = try command.run()
      #expect(outcome.lines == ["220000", "done"])
    }
  }

  @Test("much output reaches a slow reader of run whole", arguments: Monitor.runtimes)
  func muchOutput(runtime: String) throws {
    try play(runtime) { podman in
      let outcome = try podman.run(["--rm"], "sh", "-c", "seq 1 1000000").run()
      #expect(outcome.code == 0)
      #expect(outcome.output.utf8.count == 6_888_896 && outcome.output.hasSuffix("\n1000000\n"))
    }
  }

  @Test("run -t gives a terminal", arguments: Monitor.runtimes)
  func terminal(runtime: String) throws {
    try play(runtime) { podman in
      let terminal = try Terminal(rows: 31, columns: 91)
      let command = podman.run(["--rm", "-i", "-t"], "sh", "-c", "sleep 0.3; stty size; read x; echo got $x; exit 6")
      let child = try terminal.control(command).start()
      #expect(terminal.shows("31 91\r\n", within: 20))
      try terminal.type("word\n")
      #expect(terminal.shows("got word\r\n", within: 20))
      #expect(try child.wait().code == 6)
    }
  }

  @Test("a detached container: logs, logs -f, exec, exec -d, attach, wait, stop, kill", arguments: Monitor.runtimes)
  func detached(runtime: String) throws {
    try play(runtime) { podman in
      let script = "trap 'echo stopping; exit 5' TERM; echo started; while true; do sleep 0.1; done"
      try podman.run(["-d", "--name", "one"], "sh", "-c", script).run().checked()
      #expect(eventually { (try? podman.call("logs", "one").output) == "started\n" })
      #expect(try podman.call("exec", "one", "sh", "-c", "echo in exec; exit 9").code == 9)
      #expect(try podman.call("exec", "one", "echo", "in exec").output == "in exec\n")
      var typed = podman.command(["exec", "-i", "one", "cat"])
      typed.input = .text("typed\n")
      #expect(try typed.run().output == "typed\n")
      #expect(try podman.call("exec", "one", "/no/such/program").code == 127)
      try podman.call("exec", "-d", "one", "sh", "-c", "echo detached >/detached").checked()
      #expect(eventually { Host.read(podman.rootfs + "/detached") == "detached\n" })
      let follow = try podman.command(["logs", "-f", "one"]).start()
      let attach = try podman.command(["attach", "--no-stdin", "one"]).start()
      let wait = try podman.command(["wait", "one"]).start()
      #expect(eventually { follow.output == "started\n" })
      usleep(300_000)
      try podman.call("stop", "--time", "10", "one").checked()
      #expect(try wait.wait().output == "5\n")
      #expect(try follow.wait().output == "started\nstopping\n")
      let attached = try attach.wait()
      #expect(attached.lines == ["stopping"], "\(attached)")
      #expect(try podman.inspect("one", "{{.State.Status}} {{.State.ExitCode}}") == "exited 5")
      try podman.call("start", "one").checked()
      try podman.call("kill", "one").checked()
      #expect(try podman.call("wait", "one").output == "137\n")
      try podman.call("rm", "one").checked()
    }
  }

  @Test("attach with input, and detaching by keys leaves the container running", arguments: Monitor.runtimes)
  func attachAndDetach(runtime: String) throws {
    try play(runtime) { podman in
      try podman.run(["-d", "-i", "-t", "--name", "two"], "sh", "-c", "while read x; do echo got $x; done").run()
        .checked()
      for word in ["first", "second"] {
        let terminal = try Terminal()
        let child = try terminal.control(podman.command(["attach", "two"])).start()
        usleep(300_000)
        try terminal.type(word + "\n")
        #expect(terminal.shows("got \(word)", within: 10))
        // Podman takes a key only when it comes alone.
        for key in ["\u{10}", "\u{11}"] {
          try terminal.type(key)
          usleep(100_000)
        }
        #expect(try child.wait().code == 0)
        #expect(try podman.inspect("two", "{{.State.Status}}") == "running")
      }
    }
  }

  @Test("a container that runs out of memory is shown as such", arguments: Monitor.runtimes)
  func memory(runtime: String) throws {
    try play(runtime) { podman in
      let outcome = try podman.run(["--name", "three", "--memory", "20m", "--memory-swap", "20m"], "tail", "/dev/zero")
        .run()
      #expect(outcome.code == 137)
      #expect(try podman.inspect("three", "{{.State.ExitCode}} {{.State.OOMKilled}}") == "137 true")
      #expect(try podman.run(["--name", "four"], "sh", "-c", "exit 137").run().code == 137)
      #expect(try podman.inspect("four", "{{.State.OOMKilled}}") == "false")
    }
  }

  @Test("a health check is run in the container", arguments: Monitor.runtimes)
  func healthCheck(runtime: String) throws {
    try play(runtime) { podman in
      let options = ["-d", "--name", "five", "--health-cmd", "test -e /healthy", "--health-interval", "disable"]
      try podman.run(options, "sleep", "1000").run().checked()
      #expect(try podman.call("healthcheck", "run", "five").code == 1)
      try Data().write(to: URL(filePath: podman.rootfs + "/healthy"))
      #expect(try podman.call("healthcheck", "run", "five").code == 0)
    }
  }

  @Test("a command that is not there is 127, one that cannot be executed 126", arguments: Monitor.runtimes)
  func failures(runtime: String) throws {
    try play(runtime) { podman in
      let missing = try podman.run(["--rm"], "/no/such/program").run()
      let notExecutable = try podman.run(["--rm"], "/etc/passwd").run()
      #expect(missing.code == 127 && notExecutable.code == 126)
    }
  }

  @Test("create, start, restart, and a timeout of its own", arguments: Monitor.runtimes)
  func restart(runtime: String) throws {
    try play(runtime) { podman in
      try podman.run(["-d", "--name", "six"], "sh", "-c", "echo line; sleep 1000").run().checked()
      #expect(eventually { (try? podman.call("logs", "six").output) == "line\n" })
      try podman.call("restart", "--time", "0", "six").checked()
      #expect(eventually { (try? podman.call("logs", "six").output) == "line\nline\n" })
      let begin = Moment.monotonic()
      #expect(try podman.run(["--rm", "--timeout", "1"], "sleep", "1000").run().code != 0)
      #expect(seconds(since: begin) < 15)
    }
  }
}
