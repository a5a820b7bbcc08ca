// Hooks that misbehave. The order of hooks and their state belong to the conformance suite.

import Foundation
import Linux
import Testing

@Suite("Hooks", .serialized, .containers)
struct HookTests {
  private func hook(_ script: String, timeout: Int? = nil) -> JSON {
    var hook: JSON = ["path": "/bin/sh", "args": ["sh", "-c", .string(script)], "env": ["PATH=/usr/bin:/bin"]]
    if let timeout { hook["timeout"] = .integer(timeout) }
    return hook
  }

  @Test("a hook that hangs is killed at its timeout, and create fails", arguments: ["prestart", "createContainer"])
  func hangs(name: String) throws {
    try onScene { scene in
      let container = try scene.container {
        let path = name == "prestart" ? "/bin/sleep" : $0.root.path == "rootfs" ? "/bin/sleep" : ""
        $0["hooks"] = [name: [["path": .string(path), "args": ["sleep", "100"], "timeout": 1]]]
      }
      let outcome = try container.create()
      #expect(outcome.code == 1 && outcome.seconds >= 0.9 && outcome.seconds < 4, "\(outcome)")
      #expect(try container.status == nil)
    }
  }

  @Test("a hook that ignores signals is killed at its timeout all the same")
  func stubborn() throws {
    try onScene { scene in
      let script = "trap '' TERM INT HUP; while :; do sleep 0.1; done"
      let container = try scene.container { $0["hooks"] = ["createRuntime": [hook(script, timeout: 1)]] }
      let outcome = try container.create()
      #expect(outcome.code == 1 && outcome.seconds < 4, "\(outcome)")
    }
  }

  @Test("a startContainer hook that hangs makes start fail in time")
  func hangingStart() throws {
    try onScene { scene in
      let container = try scene.container {
        $0["hooks"] = ["startContainer": [["path": "/bin/sleep", "args": ["sleep", "100"], "timeout": 1]]]
      }
      try container.create().checked()
      let start = try scene.runtime.call("start", container.id)
      // runc 1.1 does not wait for what happens inside.
      #expect(start.code == 1 && start.seconds < 4 || !Runtime.isApus, "\(start)")
      #expect(try container.waitUntil("stopped"))
      try container.remove()
    }
  }

  @Test("a hook that reads nothing, says much and leaves a child behind holds up nothing")
  func careless() throws {
    try onScene { scene in
      let file = scene.folder + "/child"
      let script = "exec <&-; head -c 1000000 /dev/zero | tr '\\0' x; sleep 50 >/dev/null 2>&1 & echo $! >'\(file)'"
      let container = try scene.container {
        $0["annotations"] = ["long": .string(String(repeating: "annotation ", count: 20_000))]
        $0["hooks"] = ["prestart": [hook(script)]]
      }
      let outcome = try container.create()
      #expect(outcome.succeeded && outcome.seconds < 10, "\(outcome)")
      try container.remove()
      // What a hook leaves running on purpose is not the runtime's to end.
      let child = try #require(Int32((Host.read(file) ?? "").trimmed))
      #expect(RunningProcess.isAlive(child))
      try sendSignal(9, to: child)
    }
  }

  @Test("a hook has its own environment only, three descriptors, default signals and the state on its input")
  func surroundings() throws {
    try onScene { scene in
      let file = scene.folder + "/found"
      let script = """
        { env; ls /proc/self/fd | tr '\\n' ' '; echo; grep -E 'Sig(Blk|Ign)' /proc/self/status; cat; } >'\(file)'
        """
      let container = try scene.container { $0["hooks"] = ["createRuntime": [hook(script)]] }
      var create = container.command("create")
      create.environment["SECRET"] = "of the caller"
      for number in Int32(3)...20 { create.others[number] = .null }
      try create.run().checked()
      let found = Host.read(file) ?? ""
      #expect(!found.contains("SECRET"))
      #expect(found.contains("\n0 1 2 3 \n"), "\(found)")
      #expect(found.contains("\"id\"") && found.contains(container.id), "\(found)")
      let masks = found.split(separator: "\n").filter { $0.hasPrefix("Sig") }
      #expect(masks.allSatisfy { $0.hasSuffix("0000000000000000") } || !Runtime.isApus, "\(masks)")
      try container.remove()
    }
  }

  @Test("hooks that fail say which one, and what it said", arguments: ["prestart", "createRuntime", "createContainer"])
  func failures(name: String) throws {
    try onScene { scene in
      let container = try scene.container {
        $0["hooks"] = [name: [["path": "/bin/true"], hook("echo because of rain >&2; exit 3")]]
      }
      let outcome = try container.create()
      #expect(outcome.code == 1 && outcome.errors.contains("hook"), "\(outcome)")
      #expect(outcome.errors.contains("3"), "\(outcome)")
      #expect(outcome.errors.contains("because of rain") || name == "createContainer", "\(outcome)")
      #expect(try container.status == nil)
    }
  }
}
