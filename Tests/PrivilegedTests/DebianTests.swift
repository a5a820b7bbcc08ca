// Containers of a real Debian root file system: a dynamic loader, bash, perl, dpkg.

import Foundation
import Linux
import Testing

@Suite("Debian", .serialized, .containers, .debian)
struct DebianTests {
  /// A container of the shared Debian, which nothing may change.
  private func container(_ scene: Scene, _ script: String, _ change: (inout JSON) -> Void = { _ in }) throws
    -> Container
  {
    try scene.container {
      $0.root = ["path": .string(RootFileSystem.debian ?? ""), "readonly": true]
      $0.process.args = ["bash", "-c", .string(script)]
      $0.mounts.array.append(["destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"]])
      change(&$0)
    }
  }

  @Test("bash is PID 1 with its own host name, in a root file system that says Debian")
  func run() throws {
    try onScene { scene in
      let script = ". /etc/os-release; echo $ID $$ $(hostname) $HOME $(whoami); exit 7"
      let outcome = try container(scene, script).run()
      #expect(outcome.code == 7 && outcome.output == "debian 1 privileged /root root\n", "\(outcome)")
    }
  }

  @Test("programs with libraries, interpreters and package tools work under a profile like Docker's")
  func programs() throws {
    try onScene { scene in
      let text = try #require(Host.read(Host.repository + "bench/seccomp.json"))
      let profile = try JSON(text: text)
      let script = """
        perl -e 'print 6*7, qq(\\n)'; dpkg -l | grep -c ^ii; ls -l /proc/1/exe | sed 's/.*-> //'
        apt-get --version | head -n 1
        """
      let outcome = try container(scene, script) { $0.linux["seccomp"] = profile }.run()
      #expect(outcome.code == 0 && outcome.lines.count == 4 && outcome.lines[0] == "42", "\(outcome)")
      #expect((Int(outcome.lines[1]) ?? 0) > 50 && outcome.lines[2] == "/usr/bin/bash", "\(outcome)")
    }
  }

  @Test("the root file system is read-only, what is mounted over it is not")
  func readOnly() throws {
    try onScene { scene in
      let outcome = try container(
        scene, "touch /made 2>&1; touch /tmp/made && ls /tmp; echo x >/dev/shm/x && cat /dev/shm/x"
      ).run()
      #expect(outcome.output.contains("Read-only file system") && outcome.output.hasSuffix("made\nx\n"), "\(outcome)")
    }
  }

  @Test("a user of Debian's passwd gets his home, and set-user-ID programs give him nothing")
  func user() throws {
    try onScene { scene in
      let script = "echo $HOME $(id -un); su -c id 2>/dev/null </dev/null; cat /etc/shadow 2>&1 | tail -n 1"
      let outcome = try container(scene, script) { $0.process.user = ["uid": 65534, "gid": 65534] }.run()
      #expect(outcome.lines.first == "/nonexistent nobody", "\(outcome)")
      #expect(
        outcome.lines.last?.contains("Permission denied") == true && !outcome.output.contains("uid=0"), "\(outcome)")
    }
  }

  @Test("a terminal holds a conversation with bash")
  func conversation() throws {
    try onScene { scene in
      let terminal = try Terminal()
      let container = try container(scene, "") {
        $0.process.args = ["bash", "--norc", "-i"]
        $0.process.terminal = true
      }
      let run = try terminal.control(container.command("run")).start()
      try terminal.type("echo $((6*7))-$(tput cols)\r")
      #expect(terminal.shows("42-80"))
      try terminal.type("sleep 100\r")
      // The key must not come before bash has read the line: the terminal would throw both away.
      #expect(terminal.shows("sleep 100\r\n"))
      sleep(milliseconds: 300)
      try terminal.type("\u{3}")
      try terminal.type("echo code $?\r")
      #expect(terminal.shows("code 130"))
      try terminal.type("exit 3\r")
      #expect(try run.wait(10).code == 3)
    }
  }

  @Test("exec, signals and deletion work on a Debian container with a tree of processes")
  func processes() throws {
    try onScene { scene in
      let container = try container(scene, "for i in 1 2 3; do (sleep 1000 & setsid sleep 1000 &); done; sleep 1000")
        .start()
      #expect(try eventually { try container.exec("ls -d /proc/[0-9]*").lines.count >= 8 })
      let outcome = try scene.runtime.call(
        "exec", "--user", "65534", "--cwd", "/tmp", container.id, "bash", "-c", "pwd; id -u")
      #expect(outcome.output == "/tmp\n65534\n", "\(outcome)")
      try container.kill("TERM").checked()
      try container.remove()
    }
  }

  @Test("with a user namespace root inside is nobody outside", .needs(.userNamespaces))
  func userNamespace() throws {
    try onScene { scene in
      let container = try container(
        scene, "id -u; cat /proc/self/uid_map; touch /tmp/mine; stat -c %u /tmp/mine; sleep 100"
      ) {
        $0.linux.namespaces.array.append(["type": "user"])
        $0.linux["uidMappings"] = [["containerID": 0, "hostID": 100_000, "size": 65_536]]
        $0.linux["gidMappings"] = [["containerID": 0, "hostID": 100_000, "size": 65_536]]
      }.start()
      #expect(eventually { container.output.split(separator: "\n").count == 3 }, "\(container.output)")
      let words = container.output.split { $0.isWhitespace }.map(String.init)
      #expect(words == ["0", "0", "100000", "65536", "0"])
      let uid = RunningProcess.status("\(try container.pid())")["Uid"] ?? ""
      #expect(uid.hasPrefix("100000\t"))
      #expect(try container.exec("id -u").output == "0\n")
      try container.remove()
    }
  }
}
