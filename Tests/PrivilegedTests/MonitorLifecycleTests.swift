// Birth, exit and the answers between them, with real containers.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, birth and exit", .serialized, .containers, .monitor)
struct MonitorLifecycleTests {
  @Test("a container is created, its exit is told by both files, and the monitor ends", arguments: Monitor.runtimes)
  func life(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo hello; echo oops >&2; exit 7")
      let answer = try container.create()
      #expect(answer.key == "pid" && answer.value == Int(container.containerPid))
      #expect(container.isMonitored && !container.hasExited)
      try container.start()
      #expect(try container.exitCode() == "7")
      #expect(container.text("persist/exit") == "7")
      #expect(try container.sync?.next() == nil)
      #expect(Set(container.lines) == ["hello", "oops"])
      try container.remove()
      #expect(Host.names(in: container.folder + "/exits") == [container.id])
    }
  }

  @Test("with the api version the key is data, and the stray number is passed over", arguments: Monitor.runtimes)
  func apiVersion(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "true", words: ["--api-version", "1"])
      let answer = try container.create()
      #expect(answer.key == "data" && answer.value == Int(container.containerPid) && answer.message == nil)
      try container.start()
      #expect(try container.exitCode() == "0")
      try container.remove()
    }
  }

  @Test("every exit code comes through", arguments: Monitor.runtimes)
  func everyExitCode(runtime: String) throws {
    try onScene { scene in
      // One after the other would take minutes: each container tells the code of the next one by a file.
      let container = try MonitoredContainer(scene, runtime, "read code <code; exit $code") { $0.root.readonly = false }
      for code in 0...255 {
        try container.bundle.write("code", "\(code)\n")
        #expect(try container.runToEnd() == "\(code)")
        try FileManager.default.removeItem(atPath: container.exitFile)
      }
    }
  }

  @Test("death by a signal is 128 + the signal", arguments: Monitor.runtimes)
  func signals(runtime: String) throws {
    // Those that end a process, but for the two that the libraries keep for themselves.
    let numbers = (1...64).filter { ![17, 18, 19, 20, 21, 22, 23, 28, 32, 33].contains($0) }
    try onScene { scene in
      // PID 1 of a namespace is spared what it does not handle.
      let container = try MonitoredContainer(scene, runtime) {
        $0.process.args = ["sleep", "100"]
        $0.linux.namespaces = [["type": "mount"], ["type": "uts"]]
      }
      for number in numbers {
        try container.run()
        // A runtime's own program may take no notice of a signal.
        #expect(eventually { Host.read("/proc/\(container.containerPid)/cmdline")?.hasPrefix("sleep") == true })
        try container.kill("\(number)")
        #expect(try container.exitCode() == "\(128 + number)")
        try container.remove()
        try FileManager.default.removeItem(atPath: container.exitFile)
      }
    }
  }

  @Test(
    "TERM, INT and QUIT to the monitor reach the container", arguments: Monitor.runtimes, [SIGTERM, SIGINT, SIGQUIT])
  func forwarding(runtime: String, signal: Int32) throws {
    try onScene { scene in
      let script = "trap 'echo got; exit 9' \(signal); echo ready; while true; do sleep 0.05; done"
      let container = try MonitoredContainer(scene, runtime, script)
      try container.run()
      #expect(eventually { container.lines.contains("ready") })
      Glibc.kill(container.monitorPid, signal)
      #expect(try container.exitCode() == "9")
      #expect(container.lines.contains("got"))
      try container.remove()
    }
  }

  @Test("of a thousand containers that live a moment none loses its exit or its line", arguments: Monitor.runtimes)
  func manyShortLives(runtime: String) throws {
    // runc takes ten times as long, and it is the same monitor.
    let count = runtime == Runtime.program && Runtime.isApus ? 1000 : 200
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo line; exit 3", words: ["--no-sync-log"])
      for number in 1...count {
        #expect(try container.runToEnd() == "3", "container \(number)")
        #expect(container.text("persist/exit") == "3")
        try FileManager.default.removeItem(atPath: container.exitFile)
        try FileManager.default.removeItem(atPath: container.folder + "/persist/exit")
      }
      #expect(container.lines == [String](repeating: "line", count: count))
    }
  }

  // MARK: What goes wrong

  @Test("a container that cannot be created is answered with the runtime's words", arguments: Monitor.runtimes)
  func failedCreate(runtime: String) throws {
    try onScene { scene in
      for terminal in [false, true] {
        let container = try MonitoredContainer(scene, runtime, words: terminal ? ["-t"] : []) {
          $0.process.args = ["/does/not/exist"]
          $0.process.terminal = .bool(terminal)
        }
        let answer = try container.create()
        if answer.value == -1 {
          #expect(answer.message?.isEmpty == false, "\(answer)")
          #expect(try container.sync?.next() == nil)
        } else {
          // A runtime may only look for the program at the start.
          _ = try container.runtime.call("start", container.id)
          _ = try container.runtime.call("delete", "--force", container.id)
        }
        #expect(eventually { !container.isMonitored })
        _ = try container.runtime.call("delete", "--force", container.id)
      }
    }
  }

  @Test("a broken terminal set-up is answered each time", arguments: Monitor.runtimes)
  func failedTerminal(runtime: String) throws {
    try onScene { scene in
      for _ in 0..<20 {
        let container = try MonitoredContainer(scene, runtime, words: ["-t"]) {
          $0.process.terminal = true
          $0.linux.resources.memory = ["limit": 1]
          $0.mounts = [["destination": "/x", "type": "no-such-type", "source": "x"]]
        }
        let answer = try container.create()
        #expect(answer.value == -1 && answer.message?.isEmpty == false, "\(answer)")
        #expect(eventually { !container.isMonitored })
        _ = try container.runtime.call("delete", "--force", container.id)
      }
    }
  }

  @Test("a timeout kills the container and says -1", arguments: Monitor.runtimes)
  func timeout(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo before; sleep 100", words: ["-T", "1"])
      try container.run()
      #expect(try container.exitCode() == "-1")
      #expect(container.lines == ["before"])
      #expect(eventually { !RunningProcess.isAlive(container.containerPid) })
      try container.remove()
    }
  }

  @Test("the exit command runs at the end, with its arguments, and finds the exit file", arguments: Monitor.runtimes)
  func exitCommand(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "exit 5")
      let report = container.folder + "/report"
      let script =
        "cat \(container.exitFile) >\(report); echo \" $1\" >>\(report); ls /proc/self/fd | wc -l >>\(report)"
      container.words = ["--exit-command", "/bin/sh", "--exit-command-arg", "-c", "--exit-command-arg", script]
      container.words += ["--exit-command-arg", "sh", "--exit-command-arg", "with a blank"]
      #expect(try container.runToEnd() == "5")
      #expect(eventually { container.text("report").split(separator: "\n").count == 2 })
      // stdin, stdout, stderr, and what ls opens.
      #expect(container.text("report") == "5 with a blank\n4\n")
    }
  }

  @Test("the exit command waits for its delay; what it leaves behind is not waited for", arguments: Monitor.runtimes)
  func exitDelay(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "true", words: ["--exit-delay", "1"])
      let report = container.folder + "/report"
      container.words += ["--exit-command", "/bin/sh", "--exit-command-arg", "-c"]
      container.words += ["--exit-command-arg", "echo done >\(report); (sleep 2; touch \(report)-end) >/dev/null &"]
      try container.run()
      _ = try container.exitCode()
      let begin = Moment.monotonic()
      #expect(!Host.exists(report))
      #expect(eventually { Host.exists(report) })
      #expect(seconds(since: begin) > 0.5)
      #expect(eventually(within: 1) { !container.isMonitored })
      #expect(!Host.exists(report + "-end"))
      try container.remove()
      #expect(eventually { Host.exists(report + "-end") })
    }
  }

  @Test("descriptors of the caller are free again when the exit is told", arguments: Monitor.runtimes)
  func inheritedDescriptors(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "true")
      let pipe = try ProtocolPipe(7)
      var command = container.command(["--exit-delay", "2", "--exit-command", "/bin/true"])
      command.others[7] = pipe.source
      try command.run().checked()
      // The monitor holds the only other copy: its end is the end of the pipe.
      pipe.closeOther()
      #expect(eventually { container.containerPid > 0 })
      try container.start()
      _ = try container.exitCode()
      #expect(try pipe.next(within: 1) == nil)
      #expect(container.isMonitored)
      try container.remove()
    }
  }

  @Test("an exit directory that is gone is no reason not to end", arguments: Monitor.runtimes)
  func noExitDirectory(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "exit 4")
      try FileManager.default.removeItem(atPath: container.folder + "/exits")
      try container.run()
      #expect(eventually { container.text("persist/exit") == "4" })
      try container.remove()
    }
  }
}
