// Exit codes, signals by name and number, and what callers read out of them.

import Foundation
import Testing

@Suite("Exit codes and signals", .serialized, .containers)
struct ExitCodeTests {
  @Test("run hands back the exit code", arguments: [0, 1, 2, 41, 125, 126, 127, 128, 137, 200, 254, 255])
  func exitCode(code: Int32) throws {
    try onScene { scene in
      let outcome = try scene.run("exit \(code)")
      #expect(outcome.code == code)
    }
  }

  @Test("run hands back 128 + the signal", arguments: ["HUP", "INT", "QUIT", "ABRT", "KILL", "SEGV", "TERM", "USR1"])
  func deathBySignal(name: String) throws {
    try onScene { scene in
      // PID 1 of a namespace is spared what it does not handle, but for KILL: hence the host's namespace.
      let container = try scene.container {
        $0.process.args = ["sleep", "100"]
        $0.linux.namespaces = [["type": "mount"], ["type": "uts"]]
      }
      let run = try container.command("run").start()
      #expect(try container.waitUntil("running"))
      try container.kill(name).checked()
      #expect(try run.wait(10).code == 128 + (Signals.number(name) ?? 0))
    }
  }

  @Test("exec hands back exit codes and 128 + the signal")
  func exec() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      for code in [0, 3, 127, 255] as [Int32] {
        #expect(try container.exec("exit \(code)").code == code)
      }
      #expect(try container.exec("kill -KILL $$").code == 137)
      #expect(try container.exec("kill -TERM $$").code == 143)
      try container.remove()
    }
  }

  @Test("each signal arrives by its name, its short name and its number")
  func everySignal() throws {
    try onScene { scene in
      var bundle = try scene.bundle { $0.process.args = ["/probe", "wait-signal"] }
      try bundle.addProbe()
      try bundle.edit { _ in }
      let container = try scene.container(bundle).start()
      #expect(eventually { container.output == "ready\n" })
      var expected = ["ready"]
      // STOP and KILL cannot be waited for; CONT would wait for no one.
      for (number, name) in Signals.names where name != "KILL" && name != "STOP" {
        for spelling in ["SIG" + name, name, "\(number)", name.lowercased()] {
          try container.kill(spelling).checked()
          expected.append("\(number)")
          #expect(eventually { container.output.split(separator: "\n").count == expected.count }, "\(spelling)")
        }
      }
      #expect(container.output.split(separator: "\n").map(String.init) == expected)
      try container.remove()
    }
  }

  @Test("real-time signals arrive by number", arguments: [35, 40, 64])
  func realTimeSignal(number: Int) throws {
    try onScene { scene in
      let bundle = try scene.bundle { $0.process.args = ["/probe", "wait-signal"] }
      try bundle.addProbe()
      let container = try scene.container(bundle).start()
      #expect(eventually { container.output == "ready\n" })
      try container.kill("\(number)").checked()
      #expect(eventually { container.output == "ready\n\(number)\n" })
      try container.remove()
    }
  }

  @Test("an unknown signal is refused by name", arguments: ["NOPE", "SIGNOPE", "65", "-1", "9x"])
  func unknownSignal(name: String) throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let outcome = try scene.runtime.call("kill", container.id, name)
      #expect(outcome.code == 1 && !outcome.errors.isEmpty, "\(outcome)")
      #expect(try container.status == "running")
      try container.remove()
    }
  }

  @Test("kill of a stopped container says so in the words that callers match")
  func killStopped() throws {
    try onScene { scene in
      let container = try scene.container().start()
      #expect(try container.waitUntil("stopped"))
      let outcome = try container.kill()
      #expect(outcome.code == 1 && outcome.errors.contains("container not running"), "\(outcome)")
      try container.delete().checked()
    }
  }
}

/// The signals of signal(7).
enum Signals {
  static let names: [(number: Int, name: String)] = [
    (1, "HUP"), (2, "INT"), (3, "QUIT"), (4, "ILL"), (5, "TRAP"), (6, "ABRT"), (7, "BUS"), (8, "FPE"), (9, "KILL"),
    (10, "USR1"), (11, "SEGV"), (12, "USR2"), (13, "PIPE"), (14, "ALRM"), (15, "TERM"), (16, "STKFLT"), (17, "CHLD"),
    (18, "CONT"), (19, "STOP"), (20, "TSTP"), (21, "TTIN"), (22, "TTOU"), (23, "URG"), (24, "XCPU"), (25, "XFSZ"),
    (26, "VTALRM"), (27, "PROF"), (28, "WINCH"), (29, "IO"), (30, "PWR"), (31, "SYS"),
  ]

  static func number(_ name: String) -> Int32? {
    names.first { $0.name == name }.map { Int32($0.number) }
  }
}
