// Debian's Podman runs containers with the runtime: life cycle, exit codes, terminal, logs.

import Foundation
import Testing

@Suite("Podman", .serialized, .containers, .needs(.program("podman"), .program("conmon"), .program("prlimit")))
struct PodmanTests {
  @Test("run hands back output and exit code, from an imported tar and from --rootfs")
  func run() throws {
    try Podman.play { podman in
      let script = ["sh", "-c", "echo out; echo err >&2; exit 42"]
      let rootFileSystem = podman.words(["--rm", "--rootfs", podman.rootFileSystem])
      for outcome in [try podman.run(args: script), try podman.command(rootFileSystem + script).run()] {
        #expect(outcome.code == 42 && outcome.output == "out\n" && outcome.errors.contains("err\n"), "\(outcome)")
      }
      // The first process of a namespace could not kill itself.
      #expect(try podman.run("--pid", "host", args: ["sh", "-c", "kill -KILL $$; sleep 1; exit 5"]).code == 137)
      #expect(try podman.call("ps", "--all", "--quiet").checked().output == "")
    }
  }

  @Test("125, 126 and 127 tell Podman's error, what cannot be run and what is not there, and the error names it")
  func exitCodes() throws {
    try Podman.play { podman in
      #expect(try podman.run("--no-such-flag", args: ["true"]).code == 125)
      let id = try podman.start()
      let cases: [(String, Int32, String)] = [
        ("no-such-program", 127, "executable file not found in $PATH"),
        ("/no/such/program", 127, "no such file or directory"),
        ("/etc/passwd", 126, "permission denied"),
      ]
      for (program, code, words) in cases {
        for outcome in [try podman.run(args: [program]), try podman.call("exec", id, program)] {
          #expect(outcome.code == code, "\(outcome)")
          #expect(outcome.errors.contains(program) && outcome.errors.contains(words), "\(outcome)")
        }
      }
      #expect(try podman.run(args: ["/etc"]).code == 126)
      #expect(try podman.exec(id, "exit 7").code == 7)
    }
  }

  @Test("a detached container has logs, and exec joins its cgroups and namespaces")
  func detached() throws {
    try Podman.play { podman in
      let id = try podman.start(script: "echo one; echo two >&2; " + Podman.idle)
      let pid = try podman.pid(id)
      #expect(try podman.inspect(id, ".State.Status") == "running")
      #expect(eventually { (try? podman.call("logs", id).output) == "one\n" })
      #expect(try podman.call("logs", id).errors == "two\n")
      let cgroups = Host.lines(of: "/proc/\(pid)/cgroup")
      #expect(cgroups.count > 1 && cgroups.allSatisfy { $0.hasSuffix("\(podman.scene.cgroup)/libpod-\(id)") })
      #expect(try podman.exec(id, "cat /proc/self/cgroup").lines == cgroups)
      for name in ["pid", "mnt", "net", "ipc", "uts"] {
        let outside = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/\(name)")
        let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(name)")
        #expect(try podman.exec(id, "readlink /proc/self/ns/\(name)").trimmed == outside && outside != host)
      }
    }
  }

  @Test("kill sends its signal, stop ends by TERM or by force, rm removes what has ended")
  func endings() throws {
    try Podman.play { podman in
      let id = try podman.start(script: "trap 'echo usr1' USR1; trap 'exit 9' TERM; echo ready; " + Podman.idle)
      #expect(eventually { (try? podman.call("logs", id).output) == "ready\n" })
      #expect(try podman.call("rm", id).code != 0)
      try podman.call("kill", "--signal", "USR1", id).checked()
      #expect(eventually { (try? podman.call("logs", id).output) == "ready\nusr1\n" })
      let pid = Int32(try podman.pid(id)) ?? 0
      #expect(RunningProcess.isAlive(pid))
      try podman.call("stop", "--time", "5", id).checked()
      #expect(try podman.inspect(id, ".State.Status") == "exited" && !RunningProcess.isAlive(pid))
      #expect(try podman.inspect(id, ".State.ExitCode") == "9")
      try podman.call("rm", id).checked()
      #expect(try podman.call("inspect", id).code != 0)
      let deaf = try podman.start()
      try podman.call("stop", "--time", "1", deaf).checked()
      #expect(try podman.inspect(deaf, ".State.ExitCode") == "137")
      let killed = try podman.start()
      try podman.call("kill", killed).checked()
      #expect(try podman.call("wait", killed).trimmed == "137")
    }
  }

  @Test("pause freezes and unpause thaws", .needs(.controller("freezer")))
  func pause() throws {
    try Podman.play { podman in
      let id = try podman.start()
      try podman.call("pause", id).checked()
      #expect(try podman.inspect(id, ".State.Status") == "paused")
      #expect(try podman.setting(id, "freezer", "freezer.state") == "FROZEN")
      #expect(try podman.exec(id, "true").code != 0)
      try podman.call("unpause", id).checked()
      #expect(try podman.inspect(id, ".State.Status") == "running")
      #expect(try podman.setting(id, "freezer", "freezer.state") == "THAWED")
      #expect(try podman.exec(id, "echo thawed").output == "thawed\n")
    }
  }

  @Test("a terminal is one inside, and takes what is typed outside")
  func terminal() throws {
    try Podman.play { podman in
      let terminal = try Terminal(rows: 33, columns: 77)
      let script = "tty; read line; stty size; echo got $line; exit 4"
      let words = podman.words(["--rm", "-it"]) + [Podman.image, "sh", "-c", script]
      let run = try terminal.control(podman.command(words)).start()
      #expect(terminal.shows("/dev/pts/0", within: 10), "\(terminal.shown)")
      try terminal.type("word\r")
      #expect(terminal.shows("got word") && terminal.shown.contains("33 77"), "\(terminal.shown)")
      #expect(try run.wait(10).code == 4)
    }
  }

  @Test("exec has a terminal too")
  func terminalOfExec() throws {
    try Podman.play { podman in
      let terminal = try Terminal()
      let command = podman.command(["exec", "-it", try podman.start(), "sh", "-c", "test -t 0 && echo yes; exit 6"])
      let exec = try terminal.control(command).start()
      #expect(terminal.shows("yes", within: 10), "\(terminal.shown)")
      #expect(try exec.wait(10).code == 6)
    }
  }
}
