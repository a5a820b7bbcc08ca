// Full disks, read-only state, bundles that are not there: a clear error and nothing left behind.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Bad input and faults", .serialized, .containers)
struct FaultTests {
  /// Runs a script in a mount namespace where a file system is mounted on the state root.
  private func withState(_ scene: Scene, _ options: String, _ script: String) throws -> Outcome {
    let root = try scene.makeFolder("state")
    let whole = """
      mount --make-rprivate /
      mount -t tmpfs -o \(options) state '\(root)' || exit 90
      rt() { '\(scene.runtime.program)' --root '\(root)' "$@"; }
      \(script)
      """
    return try Command("unshare", ["--mount", "/bin/sh", "-c", whole]).run()
  }

  @Test("a full disk of the state root is an error that says so, and what runs can still be removed")
  func fullDisk() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }
      let second = try scene.container { $0.process.args = ["sleep", "100"] }
      let outcome = try withState(
        scene, "size=256k",
        """
        rt create --bundle '\(container.bundle.path)' \(container.id)-a || exit 91
        dd if=/dev/zero of='\(scene.runtime.root)/@fill' bs=4k 2>/dev/null
        rt create --bundle '\(second.bundle.path)' \(container.id)-b && exit 92
        rt start \(container.id)-a || exit 93
        rt state \(container.id)-a | grep -q running || exit 94
        rt kill \(container.id)-a KILL || exit 95
        rt delete --force \(container.id)-b || exit 96
        rt delete --force \(container.id)-a || exit 97
        [ "$(ls '\(scene.runtime.root)' | grep -v '^@')" = "" ] || exit 98
        """)
      #expect(outcome.code == 0, "\(outcome)")
      // runc 1.1 loses the reason.
      #expect(outcome.errors.lowercased().contains("no space left on device") || !Runtime.isApus, "\(outcome)")
    }
  }

  @Test("a state root without a free inode is an error that says so", .needs(.apus))
  func noInodes() throws {
    try onScene { scene in
      let container = try scene.container()
      for inodes in 2...6 {
        let outcome = try withState(
          scene, "nr_inodes=\(inodes)",
          """
          rt run --bundle '\(container.bundle.path)' \(container.id)
          code=$?
          rt delete --force \(container.id) || exit 96
          [ "$(ls '\(scene.runtime.root)' | grep -v '^@')" = "" ] || exit 98
          exit $code
          """)
        #expect(outcome.code == 0 || outcome.code == 1, "\(outcome)")
        #expect(outcome.code == 0 || outcome.errors.lowercased().contains("no space left on device"), "\(outcome)")
      }
    }
  }

  @Test("a read-only state root is an error that says so, and reading still works")
  func readOnlyState() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }
      let outcome = try withState(
        scene, "size=1m",
        """
        rt create --bundle '\(container.bundle.path)' \(container.id) || exit 91
        readonly='\(try scene.makeFolder("readonly"))'
        mount --bind '\(scene.runtime.root)' $readonly && mount -o remount,bind,ro $readonly || exit 92
        rro() { '\(scene.runtime.program)' --root $readonly "$@"; }
        rro create --bundle '\(container.bundle.path)' \(container.id)-b && exit 93
        rro state \(container.id) >/dev/null || exit 94
        rro list -q | grep -q . || exit 95
        rt delete --force \(container.id) || exit 97
        """)
      #expect(outcome.code == 0, "\(outcome)")
      #expect(outcome.errors.lowercased().contains("read-only file system"), "\(outcome)")
    }
  }

  // An error names what and why, has runc's exit code, and leaves nothing: the ledger is the judge of the latter.
  @Test("a bundle, config or root file system that is not there is named")
  func absent() throws {
    try onScene { scene in
      let id = scene.id("x")
      let nowhere = try scene.runtime.call("create", "--bundle", scene.folder + "/nowhere", id)
      #expect(nowhere.code == 1 && nowhere.errors.lowercased().contains("no such file"), "\(nowhere)")
      let empty = try scene.makeFolder("empty")
      let unconfigured = try scene.runtime.call("create", "--bundle", empty, id)
      #expect(unconfigured.code == 1 && unconfigured.errors.contains("config.json"), "\(unconfigured)")
      let rootless = try scene.container { $0.root.path = "nowhere" }
      let outcome = try rootless.create()
      #expect(outcome.code == 1 && outcome.errors.contains("nowhere"), "\(outcome)")
      let file = try scene.container { $0.root.path = "config.json" }
      #expect(try file.create().code == 1)
      #expect(Host.names(in: scene.runtime.root).filter { !$0.hasPrefix("@") } == [])
    }
  }

  @Test("a config.json that is a folder, a fifo or a device is refused without hanging", .needs(.apus))
  func strangeConfig() throws {
    try onScene { scene in
      for (kind, device) in [(FileKind.fifo, 0), (.directory, 0), (.characterDevice, 5)] as [(FileKind, UInt32)] {
        let folder = try scene.makeFolder("strange-\(kind.rawValue)")
        if kind == .directory {
          _ = try scene.makeFolder("strange-\(kind.rawValue)/config.json")
        } else {
          // 1:5 is the device of endless zeros.
          try Descriptor.workingDirectory.makeNode(
            folder + "/config.json", kind: kind, mode: 0o600,
            device: DeviceNumber(major: device == 0 ? 0 : 1, minor: device))
        }
        var command = scene.runtime.command(["create", "--bundle", folder, scene.id("x")])
        command.timeLimit = 5
        let outcome = try command.run()
        #expect(outcome.code == 1 && outcome.errors.contains("config.json"), "\(outcome)")
      }
    }
  }

  @Test("an executable that is absent or may not be executed has the words that Podman looks for")
  func executables() throws {
    try onScene { scene in
      let cases: [(String, String)] = [
        ("no-such-command", "executable file not found in $PATH"),
        ("/no/such/command", "no such file or directory"),
        ("/etc/passwd", "permission denied"),
        ("/etc", "permission denied"),
      ]
      let running = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      for (program, words) in cases {
        let container = try scene.container { $0.process.args = [.string(program)] }
        let create = try container.create()
        // Of a folder runc says either, by its version.
        let accepted = program == "/etc" ? [words, "is a directory"] : [words.lowercased()]
        #expect(create.code == 1 && accepted.contains { create.errors.lowercased().contains($0) }, "\(create)")
        #expect(try container.status == nil)
        let exec = try scene.runtime.call("exec", running.id, program)
        #expect(exec.code == 255 && accepted.contains { exec.errors.lowercased().contains($0) }, "\(exec)")
      }
      try running.remove()
    }
  }

  @Test(
    "ids that are paths, empty, too long or of other letters are refused",
    arguments: [
      "", ".", "..", "../escape", "a/b", "/abs", "a b", "a\nb", "é", "@locks", "a\u{1}",
      String(repeating: "x", count: 1025),
    ])
  func ids(id: String) throws {
    try onScene { scene in
      let container = try scene.container()
      for words in [["create", "--bundle", container.bundle.path, id], ["state", id], ["delete", id], ["kill", id]] {
        let outcome = try scene.runtime.command(words).run()
        #expect(outcome.code != 0 && !outcome.errors.isEmpty, "\(outcome)")
      }
      #expect(Host.names(in: scene.runtime.root).filter { !$0.hasPrefix("@") } == [])
      #expect(!Host.exists(scene.folder + "/escape"))
    }
  }

  @Test("an id in use and an id that nobody has are errors in runc's words")
  func knownAndUnknownIDs() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let again = try container.command("create").run()
      #expect(again.code == 1 && again.errors.contains("already exists"), "\(again)")
      #expect(try container.status == "running")
      for words in [["state"], ["start"], ["kill"], ["delete"], ["pause"], ["resume"], ["exec"], ["ps"]] {
        let outcome = try scene.runtime.command(words + [scene.id("nobody")] + (words == ["exec"] ? ["true"] : []))
          .run()
        #expect(outcome.code != 0 && outcome.errors.contains("does not exist"), "\(outcome)")
      }
      #expect(try scene.runtime.call("delete", "--force", scene.id("nobody")).succeeded)
      #expect(try scene.runtime.call("delete", container.id).code == 1)
      try scene.runtime.call("kill", container.id, "KILL").checked()
      #expect(try container.waitUntil("stopped"))
      #expect(try scene.runtime.call("start", container.id).code == 1)
      #expect(try container.exec("true").code != 0)
      try container.delete().checked()
    }
  }
}
