// Containers with a terminal.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, terminal", .serialized, .containers, .monitor)
struct MonitorTerminalTests {
  private func container(_ scene: Scene, _ runtime: String, _ script: String) throws -> MonitoredContainer {
    try MonitoredContainer(scene, runtime, script, words: ["-t"]) { $0.process.terminal = true }
  }

  @Test("output comes with carriage returns, to the log and to clients", arguments: Monitor.runtimes)
  func output(runtime: String) throws {
    try onScene { scene in
      let container = try container(scene, runtime, "test -t 0 && echo is a tty; read line; echo got $line; exit 3")
      #expect(try container.create().value > 0)
      let client = try container.attach()
      try container.start()
      #expect(client.shows("is a tty\r\n"))
      try client.type("hello\n")
      #expect(client.shows("got hello\r\n"))
      #expect(client.readToEnd())
      #expect(try container.exitCode() == "3")
      // The terminal echoes what was typed.
      #expect(container.lines == ["is a tty\r", "hello\r", "got hello\r"])
      #expect(container.records.allSatisfy { $0.stream == "stdout" })
      try container.remove()
    }
  }

  @Test("the size is set by the control fifo, before and after the terminal is there", arguments: Monitor.runtimes)
  func resize(runtime: String) throws {
    try onScene { scene in
      let script = "stty size; trap 'stty size; exit' WINCH; echo ready; while true; do sleep 0.05; done"
      let container = try container(scene, runtime, script)
      #expect(try container.create().value > 0)
      try container.control("1 20 50\n")
      try container.start()
      #expect(eventually { container.lines.contains("ready\r") })
      try container.control("1 30 60")
      try container.control(" and more\n")
      #expect(try container.exitCode() == "0")
      #expect(container.lines == ["20 50\r", "ready\r", "30 60\r"])
      try container.remove()
    }
  }

  @Test("garbage on the control fifo harms nobody", arguments: Monitor.runtimes)
  func garbage(runtime: String) throws {
    try onScene { scene in
      let container = try container(scene, runtime, "read x; stty size; echo done")
      try container.run()
      for line in ["foo\n", "1 2\n", "9 9 9\n", "1 -1 5\n", "1 1001 5\n", "\n\n\n", "\u{0}\u{1}\n"] {
        try container.control(line)
      }
      try container.control(String(repeating: "z", count: 50_000) + "\n1 11 22\n")
      let client = try container.attach()
      usleep(200_000)
      try client.type("\n")
      #expect(try container.exitCode() == "0")
      #expect(container.lines.suffix(2) == ["11 22\r", "done\r"])
      try container.remove()
    }
  }

  @Test("a terminal that is closed for a while is no end, and costs no time", arguments: Monitor.runtimes)
  func hangUp(runtime: String) throws {
    try onScene { scene in
      // The process holds no end of the terminal for a second, then opens it again.
      let script = """
        trap '' HUP; echo before; exec 3>/tmp/wait 0<&- 1>&- 2>&-; sleep 1.5; \
        exec 1>/dev/console 2>&1; echo after; sleep 0.2
        """
      let container = try container(scene, runtime, script)
      try container.run()
      #expect(eventually { container.lines.contains("before\r") })
      usleep(300_000)
      let before = cpuTicks(container.monitorPid)
      usleep(900_000)
      #expect(cpuTicks(container.monitorPid) - before <= 2)
      #expect(try container.exitCode() == "0")
      #expect(container.lines.contains("after\r") || !Runtime.isApus)
      try container.remove()
    }
  }

  /// Hundredths of a second that a process has run.
  private func cpuTicks(_ pid: Int32) -> Int {
    let stat = Host.read("/proc/\(pid)/stat") ?? ""
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    return fields.count > 13 ? (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0) : -1
  }

  @Test("the last words of a terminal are never lost", arguments: Monitor.runtimes)
  func lastWords(runtime: String) throws {
    try onScene { scene in
      let container = try container(scene, runtime, "seq 1 500")
      for _ in 0..<15 {
        #expect(try container.runToEnd() == "0")
        #expect(container.lines == (1...500).map { "\($0)\r" })
        try FileManager.default.removeItem(atPath: container.exitFile)
        try FileManager.default.removeItem(atPath: container.logPath)
      }
    }
  }
}
