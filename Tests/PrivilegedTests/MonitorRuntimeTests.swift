// What the monitor asks of a runtime, and what it makes of runtimes that fail. The runtimes here are shell scripts.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, any runtime", .serialized, .monitor, .needs(.root))
struct MonitorRuntimeTests {
  @Test("the caller's child ends at once with 0, its pid file is there, the monitor has a session of its own")
  func birth() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("sleep 0.5; exit 3"))
      #expect(try play.begin().wait().code == 0)
      #expect(play.monitorPid > 0)
      #expect(try play.sync.next()?.value == Int(play.text("pidfile").trimmed))
      let status = RunningProcess.status("\(play.monitorPid)")
      #expect(status["Threads"] == "1")
      #expect(getsid(play.monitorPid) == play.monitorPid)
      for number in 0...2 {
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(play.monitorPid)/fd/\(number)")
        #expect(target == "/dev/null")
      }
      #expect(try play.exitCode() == "3")
      play.end()
    }
  }

  @Test("nothing happens before the start pipe says so, and its end says so, too", arguments: [true, false])
  func startPipe(byWriting: Bool) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("true"))
      play.hasStartPipe = true
      let child = try play.begin()
      usleep(200_000)
      #expect(child.isRunning && play.text("calls").isEmpty)
      if byWriting { try play.start.write() } else { play.start.close() }
      #expect(try child.wait().code == 0)
      #expect((try play.sync.next()?.value ?? 0) > 0)
      #expect(try play.exitCode() == "0")
      play.end()
    }
  }

  @Test("a signal before the start ends everything with status 1 and an answer")
  func signalBeforeStart() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("true"))
      play.hasStartPipe = true
      let child = try play.begin()
      usleep(200_000)
      child.send(SIGTERM)
      #expect(try child.wait().code == 1)
      #expect(try play.sync.next()?.value == -1)
      #expect(play.text("calls").isEmpty)
    }
  }

  @Test("a signal while the runtime works reaches the runtime")
  func signalWhileCreating() throws {
    try onScene { scene in
      let play = try MonitorPlay(
        scene, "trap 'echo stopped >&2; exit 9' TERM; touch $folder/up; while :; do sleep 0.02; done")
      #expect(try play.begin().wait().code == 0)
      #expect(eventually { Host.exists(play.folder + "/up") })
      kill(play.monitorPid, SIGTERM)
      let answer = try play.sync.next()
      #expect(answer?.value == -1 && answer?.message == "stopped\n")
      play.end()
    }
  }

  @Test("a refused command line is answered, too")
  func refusedCommandLine() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "", ["--api-version", "1"])
      #expect(try play.begin(withoutRuntime: true).wait().code == 1)
      let answer = try play.sync.next()
      #expect(answer?.key == "data" && answer?.value == -1)
      #expect(answer?.message == "Runtime path not provided. Use --runtime")
    }
  }

  @Test(
    "each failure of a runtime is one answer of -1 with what it said",
    arguments: [
      ("echo no luck >&2; exit 1", "no luck\n"), ("exit 1", "the runtime ended with status 1"),
      ("kill -9 $$", "the runtime ended with status 137"), ("exit 0", "reading the pid file"),
      ("echo words >&2; exit 0", "words\n"), ("echo garbage >$pidfile", "holds no pid"),
      ("echo -5 >$pidfile", "holds no pid"), (": >$pidfile", "holds no pid"),
      ("head -c 100000 /dev/zero | tr '\\0' e | head -c 20000 >&2; exit 1", "eeee"),
    ])
  func failures(script: String, message: String) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, script, ["--exit-command", "/bin/sh", "--exit-command-arg", "-c"])
      play.words += ["--exit-command-arg", "touch \(play.folder)/ended"]
      #expect(try play.begin().wait().code == 0)
      let answer = try play.sync.next()
      #expect(answer?.value == -1 && answer?.message?.contains(message) == true, "\(String(describing: answer))")
      #expect((answer?.message?.utf8.count ?? 0) < 8192)
      #expect(try play.sync.next() == nil)
      play.end()
      #expect(Host.exists(play.folder + "/ended") && !Host.exists(play.folder + "/play-id-0123456"))
    }
  }

  @Test("a runtime that cannot be executed is an answer", arguments: ["/etc", "/dev/null"])
  func notExecutable(program: String) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "", ["-r", program])
      _ = try play.begin().wait()
      #expect(try play.sync.next()?.value == -1)
      #expect(eventually { play.monitorPid < 0 || !RunningProcess.isAlive(play.monitorPid) })
    }
  }

  @Test("a terminal that is not handed over is an answer")
  func noTerminal() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "echo 1 >$pidfile", ["-t"])
      #expect(try play.begin().wait().code == 0)
      #expect(try play.sync.next()?.message == "Runtime did not set up terminal")
      play.end()
      #expect(!Host.names(in: "/tmp").contains { $0.hasPrefix("conmon-term.\(play.monitorPid)") })
    }
  }

  @Test(
    "a log, a bundle or a socket folder that cannot be used is an answer",
    arguments: [
      ["-l", "k8s-file:/does/not/exist/log"], ["-b", "/does/not/exist"], ["--sdnotify-socket", "/x"],
    ])
  func unusablePlaces(words: [String]) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("true"), words)
      _ = try play.begin().wait()
      let answer = try play.sync.next()
      #expect(answer?.value == -1 && answer?.message?.isEmpty == false)
      #expect(eventually { play.monitorPid < 0 || !RunningProcess.isAlive(play.monitorPid) })
      #expect(play.text("calls").isEmpty)
    }
  }

  @Test("the runtime has default signals, an empty mask, our score, the caller's descriptors and LISTEN_PID")
  func surroundings() throws {
    try onScene { scene in
      let script = """
        cat /proc/self/status >$folder/status; cat /proc/self/oom_score_adj >$folder/score
        ls /proc/self/fd >$folder/fds; echo $LISTEN_PID $$ >$folder/listen; readlink /proc/self/fd/0 >$folder/stdin
        """
      let play = try MonitorPlay(scene, script + "\n" + MonitorPlay.container("true"), ["--replace-listen-pid"])
      play.environment["LISTEN_PID"] = "1"
      play.launcher = ["/usr/bin/env", "--ignore-signal=PIPE,HUP"]
      play.others[9] = .null
      #expect(try play.begin().wait().code == 0)
      #expect((try play.sync.next()?.value ?? 0) > 0)
      #expect(try play.exitCode() == "0")
      play.end()
      let status = play.text("status")
      for line in ["SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"] { #expect(status.contains(line)) }
      #expect(play.text("fds").split(separator: "\n").contains("9"))
      // Without the capability the monitor has no score of its own to hide.
      let isProtected = Ability.has(capability: 24 /* CAP_SYS_RESOURCE */)
      #expect(!isProtected || play.text("score").trimmed == (Host.read("/proc/self/oom_score_adj") ?? "").trimmed)
      let listen = play.text("listen").trimmed.split(separator: " ")
      #expect(listen.count == 2 && listen[0] == listen[1])
      #expect(play.text("stdin").trimmed == "/dev/null")
    }
  }

  @Test("restore asks the runtime to restore")
  func restore() throws {
    try onScene { scene in
      let play = try MonitorPlay(
        scene, MonitorPlay.container("exit 8"), ["--restore", "/images", "--runtime-opt", "--tcp-established"])
      #expect(try play.begin().wait().code == 0)
      #expect((try play.sync.next()?.value ?? 0) > 0)
      #expect(try play.exitCode() == "8")
      play.end()
      let call = "restore --bundle \(play.folder) --pid-file \(play.folder)/pidfile --detach --image-path /images "
      #expect(play.text("calls").contains(call + "--work-path \(play.folder) --tcp-established play-id-0123456"))
    }
  }

  @Test("readiness is relayed to the host, and only readiness")
  func readiness() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("while [ ! -e \(scene.folder)/go ]; do sleep 0.02; done"))
      try FileManager.default.createDirectory(atPath: play.folder + "/notify", withIntermediateDirectories: true)
      let host = try Descriptor.socket(.datagram)
      try host.bind(play.folder + "/host")
      play.words += ["--sdnotify-socket", play.folder + "/host"]
      #expect(try play.begin().wait().code == 0)
      #expect((try play.sync.next()?.value ?? 0) > 0)
      let container = try Descriptor.socket(.datagram)
      try container.connect(play.folder + "/notify/notify.sock")
      try container.send([UInt8]("MAINPID=1".utf8))
      try container.send([UInt8]("READY=1\nFDSTORE=1\nSTATUS=well".utf8))
      var buffer = [UInt8](repeating: 0, count: 1000)
      var received: [String] = []
      #expect(
        eventually {
          if let count = try? host.read(into: &buffer) {
            received.append(String(decoding: buffer[0..<count], as: UTF8.self))
          }
          return !received.isEmpty
        })
      #expect(received == ["READY=1\nSTATUS=well"])
      try Data().write(to: URL(filePath: scene.folder + "/go"))
      #expect(try play.exitCode() == "0")
      play.end()
    }
  }

  @Test("orphans of the container are reaped, and those that live do not keep the monitor")
  func orphans() throws {
    try onScene { scene in
      let script =
        "for i in 1 2 3 4 5 6 7 8; do (sleep 0.05 &) ; done; (sleep 1.5 >/dev/null 2>&1 &); sleep 0.5; exit 2"
      let play = try MonitorPlay(scene, MonitorPlay.container(script))
      let begin = Moment.monotonic()
      #expect(try play.begin().wait().code == 0)
      _ = try play.sync.next()
      usleep(300_000)
      let children = RunningProcess.all().values.filter { $0.parent == play.monitorPid }
      #expect(!children.contains { $0.isZombie } && children.count <= 2)
      #expect(try play.exitCode() == "2")
      play.end()
      #expect(seconds(since: begin) < 1.4)
    }
  }

  @Test("a runtime that says more than a pipe holds is not kept waiting, and what fits is logged")
  func talkativeRuntime() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "seq 1 60000 >&2; " + MonitorPlay.container("echo hello"))
      #expect(try play.begin().wait().code == 0)
      #expect((try play.sync.next()?.value ?? 0) > 0)
      #expect(try play.exitCode() == "0")
      play.end()
      #expect(play.lines.first == "1" && play.lines.contains("hello") && play.lines.count > 10_000)
    }
  }

  @Test("a container that is no child of ours is watched all the same")
  func stranger() throws {
    try onScene { scene in
      // The test's own child, which it takes the end of.
      let child = try Command("sh", ["-c", "sleep 0.5; exit 44"]).start()
      let play = try MonitorPlay(scene, "echo \(child.pid) >$pidfile")
      #expect(try play.begin().wait().code == 0)
      #expect(try play.sync.next()?.value == Int(child.pid))
      #expect(try child.wait().code == 44)
      // Kernels before 6.15 do not keep the code.
      #expect(["44", "255"].contains(try play.exitCode()))
      play.end()
    }
  }

  @Test("what was killed with the monitor is the runtime, never a container that runs")
  func killedMonitor() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "echo $$ >$folder/runtime.pid; exec sleep 100")
      #expect(try play.begin().wait().code == 0)
      #expect(eventually { !play.text("runtime.pid").isEmpty })
      kill(play.monitorPid, SIGKILL)
      let runtime = Int32(play.text("runtime.pid").trimmed) ?? -1
      #expect(eventually { !RunningProcess.isAlive(runtime) })
    }
  }

  @Test("with --sync the status of the monitor is that of the container", arguments: [0, 1, 42, 255])
  func syncStatus(code: Int32) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, MonitorPlay.container("exit \(code)"), ["--sync"])
      let child = try play.begin()
      #expect((try play.sync.next()?.value ?? 0) > 0)
      #expect(try child.wait().code == code)
      #expect(try play.exitCode() == "\(code)")
    }
  }

  @Test("twenty monitors at once idle without the processor and in a hundred kibibytes each")
  func idle() throws {
    try onScene { scene in
      let go = scene.folder + "/go"
      let plays = try (0..<20).map { _ in
        try MonitorPlay(scene, MonitorPlay.container("echo hello; while [ ! -e \(go) ]; do sleep 0.2; done"))
      }
      for play in plays {
        #expect(try play.begin().wait().code == 0)
        #expect((try play.sync.next()?.value ?? 0) > 0)
      }
      usleep(1_800_000)
      var shares = 0
      for play in plays {
        let rollup = Host.lines(of: "/proc/\(play.monitorPid)/smaps_rollup")
        let pss = rollup.first { $0.hasPrefix("Pss:") }?.split(separator: " ")[1]
        shares += Int(pss ?? "") ?? 1_000_000
      }
      #expect(shares / plays.count <= 100, "\(shares / plays.count) KiB each")
      let before = plays.map { ticks($0.monitorPid) }
      usleep(500_000)
      #expect(plays.map { ticks($0.monitorPid) } == before)
      try Data().write(to: URL(filePath: go))
      for play in plays {
        #expect(try play.exitCode() == "0")
        play.end()
      }
    }
  }

  /// How often a process was given the processor.
  private func ticks(_ pid: Int32) -> String {
    RunningProcess.status("\(pid)")["voluntary_ctxt_switches"] ?? ""
  }
}
