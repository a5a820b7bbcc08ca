// Foreground terminals and terminals sent over a socket.

import Foundation
import Linux
import Testing

@Suite("Terminals", .serialized, .containers)
struct TerminalTests {
  /// A container with a terminal that runs a script.
  private func container(_ scene: Scene, _ script: String, _ change: (inout JSON) -> Void = { _ in }) throws
    -> Container
  {
    try scene.container {
      $0.process.terminal = true
      $0.process.args = ["sh", "-c", .string(script)]
      change(&$0)
    }
  }

  @Test("the terminal is raw while the container runs, and as before afterwards")
  func rawMode() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let before = try terminal.settings()
      let container = try container(scene, "echo ready; read line; echo got $line")
      let run = try terminal.control(container.command("run")).start()
      #expect(terminal.shows("ready"))
      let during = try terminal.settings()
      for mode in ["-icanon", "-isig", "-echo ", "-icrnl"] { #expect(during.contains(mode), "\(mode): \(during)") }
      try terminal.type("word\r")
      #expect(terminal.shows("got word"))
      #expect(try run.wait(10).succeeded)
      #expect(try terminal.settings() == before)
    }
  }

  @Test("the terminal is as before also when the container cannot start")
  func restoredAfterFailure() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let before = try terminal.settings()
      let container = try container(scene, "") { $0.process.args = ["/no/such/program"] }
      #expect(try terminal.control(container.command("run")).start().wait(10).code != 0)
      #expect(try terminal.settings() == before)
    }
  }

  // Red without clearing ONLCR on the container's terminal: every line would end in CR CR LF.
  @Test("lines look as they would without a container between")
  func lineEnds() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let container = try container(scene, "printf 'one\\ntwo\\n'")
      try terminal.control(container.command("run")).start().wait(10).checked()
      terminal.drain()
      #expect(terminal.shown == "one\r\ntwo\r\n")
    }
  }

  @Test("what is redirected to a file has no carriage returns")
  func noCarriageReturns() throws {
    try onScene { scene in
      let terminal = try Terminal()
      var command = terminal.control(try container(scene, "printf 'one\\ntwo\\n'").command("run"))
      command.output = .captured
      #expect(try command.run().output == "one\ntwo\n")
    }
  }

  @Test("all output arrives, though the program ends right after it")
  func noOutputIsLost() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let container = try container(scene, "seq 1 5000")
      let run = try terminal.control(container.command("run")).start()
      #expect(terminal.shows("\r\n5000\r\n"))
      #expect(try run.wait(10).succeeded)
      #expect(terminal.shown == (1...5000).map { "\($0)\r\n" }.joined())
    }
  }

  @Test("the size at the start and every later one arrive inside")
  func resize() throws {
    try onScene { scene in
      let terminal = try Terminal(rows: 33, columns: 101)
      let container = try container(scene, "trap 'stty size' WINCH; stty size; while :; do usleep 20000; done")
      let run = try terminal.control(container.command("run")).start()
      #expect(terminal.shows("33 101"))
      for (rows, columns) in [(50, 132), (10, 20), (5, 9)] as [(UInt16, UInt16)] {
        try terminal.resize(rows: rows, columns: columns)
        #expect(terminal.shows("\(rows) \(columns)"))
      }
      try container.kill().checked()
      #expect(try run.wait(10).code == 137)
    }
  }

  @Test("the exit code comes back through a terminal", arguments: [0, 1, 42, 255])
  func exitCode(code: Int32) throws {
    try onScene { scene in
      let terminal = try Terminal()
      let container = try container(scene, "exit \(code)")
      let run = try terminal.control(container.command("run")).start()
      #expect(try run.wait(10).code == code)
    }
  }

  @Test("Control-C reaches the program inside and not the runtime")
  func controlC() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let container = try container(
        scene, "trap 'echo interrupted; exit 9' INT; echo ready; while :; do usleep 20000; done")
      let run = try terminal.control(container.command("run")).start()
      #expect(terminal.shows("ready"))
      try terminal.type("\u{3}")
      #expect(terminal.shows("interrupted"))
      #expect(try run.wait(10).code == 9)
    }
  }

  @Test("exec with a terminal has one of its own, of the right size, and hands back the code")
  func exec() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let terminal = try Terminal(rows: 17, columns: 71)
      // The size may come a moment after the start, as it does when the terminal is resized.
      let script = "usleep 100000; stty size; tty; read line; echo got $line; exit 5"
      let command = scene.runtime.command(["exec", "--tty", container.id, "sh", "-c", script])
      let exec = try terminal.control(command).start()
      #expect(terminal.shows("17 71") && terminal.shows("/dev/pts/"))
      try terminal.type("line\r")
      #expect(terminal.shows("got line"))
      #expect(try exec.wait(10).code == 5)
      try container.remove()
    }
  }

  @Test("signals to the foreground process are handed on", arguments: ["TERM", "HUP", "USR1", "QUIT"])
  func forwardedSignals(name: String) throws {
    try onScene { scene in
      let script = "trap 'echo got \(name); exit 7' \(name); echo ready; while :; do usleep 20000; done"
      let container = try scene.container { $0.process.args = ["sh", "-c", .string(script)] }
      let run = try container.command("run").start()
      #expect(eventually { run.output == "ready\n" })
      run.send(Signals.number(name) ?? 0)
      let outcome = try run.wait(10)
      #expect(outcome.code == 7 && outcome.output == "ready\ngot \(name)\n", "\(outcome)")
    }
  }

  @Test("the container outlives a foreground process that was killed, and can be deleted")
  func killedForeground() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }
      let run = try container.command("run").start()
      #expect(try container.waitUntil("running"))
      run.send(9)
      try run.wait()
      try container.remove()
    }
  }
}

@Suite("Terminals over a socket", .serialized, .containers)
struct ConsoleSocketTests {
  @Test("the master comes with its name, works, and carries the size of config.json")
  func consoleSocket() throws {
    try onScene { scene in
      let listener = try Listener(at: scene.folder + "/console")
      let container = try scene.container {
        $0.process.terminal = true
        $0.process.consoleSize = ["height": 21, "width": 63]
        $0.process.args = ["sh", "-c", "stty size; read line; echo got $line"]
      }
      try container.create("--console-socket", listener.path).checked()
      let (name, terminal) = try listener.receiveTerminal()
      #expect(!name.isEmpty)
      try scene.runtime.call("start", container.id).checked()
      #expect(terminal.shows("21 63"))
      try terminal.type("line\n")
      #expect(terminal.shows("got line"))
      #expect(try container.waitUntil("stopped"))
      try container.delete().checked()
    }
  }

  @Test("a socket path too long for a socket address works", .needs(.apus))
  func longPath() throws {
    try onScene { scene in
      let folder = try scene.makeFolder(String(repeating: "long", count: 40))
      // Bound by a short way, found by the long one.
      let listener = try Listener(at: scene.folder + "/console")
      try FileManager.default.createSymbolicLink(atPath: folder + "/socket", withDestinationPath: listener.path)
      let container = try scene.container { $0.process.terminal = true }
      try container.create("--console-socket", folder + "/socket").checked()
      _ = try listener.receiveTerminal()
      try container.remove()
    }
  }

  @Test("a console socket is required for a terminal in the background, refused without one, and must be there")
  func refusals() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.terminal = true }
      #expect(try container.create().code == 1)
      #expect(try container.create("--console-socket", scene.folder + "/absent").code == 1)
      #expect(try container.status == nil)
      let plain = try scene.container()
      let listener = try Listener(at: scene.folder + "/console")
      let outcome = try plain.create("--console-socket", listener.path)
      #expect(outcome.code == 1 && !outcome.errors.isEmpty)
      #expect(try plain.status == nil)
    }
  }
}
