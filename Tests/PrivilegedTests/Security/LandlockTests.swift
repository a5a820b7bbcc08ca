// The rules of Landlock, seen from inside, and their refusals.

import Foundation
import Testing

@Suite("Landlock", .serialized, .containers)
struct LandlockTests {
  private static let annotation = "org.apus.landlock"

  private static let files = """
    {"ruleset": {"handledAccessFS": ["execute", "read_file", "read_dir", "write_file", "make_reg"]},
     "rules": {"pathBeneath": [
      {"allowedAccess": ["execute", "read_file"], "paths": ["/bin", "/proc"]},
      {"allowedAccess": ["read_file"], "paths": ["/etc/passwd"]},
      {"allowedAccess": ["write_file", "make_reg"], "paths": ["/tmp"]}]}}
    """

  private static let script = """
    read line </etc/passwd; echo "$line"
    cat /etc/group; ls /etc; echo written >/tmp/new; cat /tmp/new; echo x >/home/new
    exec 2>/tmp/errors; /home/true; true
    """

  /// A filter under which nobody could restrict himself.
  private static let filter: JSON = [
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [
      [
        "names": ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"],
        "action": "SCMP_ACT_KILL_PROCESS",
      ]
    ],
  ]

  // Red without the step that restricts, and without the capability that is lent for it.
  @Test(
    "files are reached as the rules say, by the container and by exec, whoever they are",
    .needs(.apus, .landlock(1)), arguments: [(true, 0), (true, 1000), (false, 0), (false, 1000)])
  func filesAndExec(noNewPrivileges: Bool, uid: Int) throws {
    try onScene { scene in
      let container = try scene.container {
        $0["annotations"] = [Self.annotation: .string(Self.files)]
        $0.process["noNewPrivileges"] = .bool(noNewPrivileges)
        $0.process["user"] = ["uid": .integer(uid), "gid": .integer(uid)]
        $0.linux["seccomp"] = Self.filter
        $0.process.args = ["sh", "-c", "sleep 100"]
      }
      try FileManager.default.copyItem(atPath: "/bin/busybox", toPath: container.bundle.rootfs + "/home/true")
      let running = try container.start()
      let outcome = try scene.runtime.call("exec", running.id, "sh", "-c", Self.script)
      #expect(outcome.output == "root:x:0:0:root:/root:/bin/sh\n", "\(outcome)")
      for path in ["/etc/group", "/etc", "/tmp/new", "/home/new"] {
        #expect(
          outcome.errors.contains("\(path)': Permission denied")
            || outcome.errors.contains("\(path): Permission denied"),
          "\(path): \(outcome)")
      }
      #expect(Host.lines(of: running.bundle.rootfs + "/tmp/new") == ["written"])
      #expect(Host.lines(of: running.bundle.rootfs + "/tmp/errors").contains { $0.contains("/home/true: Permission") })
      try running.remove()
      let first = try scene.container(container.bundle) { $0.process.args = ["sh", "-c", .string(Self.script)] }
      #expect(try first.run().output == "root:x:0:0:root:/root:/bin/sh\n")
    }
  }

  @Test("hooks inside the container are free, its program is not", .needs(.apus, .landlock(1)))
  func hooks() throws {
    try onScene { scene in
      let outcome = try scene.run("echo program >/tmp/program") {
        $0["annotations"] = [
          Self.annotation: #"{"ruleset": {"handledAccessFS": ["make_reg"]}}"#
        ]
        $0.hooks["startContainer"] = [["path": "/bin/sh", "args": ["sh", "-c", "echo hook >/tmp/hook"]]]
        $0.process.args = ["sh", "-c", "cat /tmp/hook; echo >/tmp/program"]
      }
      #expect(outcome.output == "hook\n" && outcome.errors.contains("/tmp/program: Permission denied"), "\(outcome)")
    }
  }

  @Test("a port that no rule allows cannot be bound", .needs(.apus, .landlock(4)))
  func ports() throws {
    try onScene { scene in
      let outcome = try scene.run("for port in 8080 8081; do timeout 1 nc -l -p $port; echo $?; done") {
        $0["annotations"] = [
          Self.annotation: """
          {"ruleset": {"handledAccessNetwork": ["bind_tcp"]},
           "rules": {"netPort": [{"allowedAccess": ["bind_tcp"], "port": 8080}]}}
          """
        ]
      }
      #expect(outcome.errors.hasSuffix("nc: bind: Permission denied\n"), "\(outcome)")
      // The other one listened until its time was over.
      #expect(outcome.output == "143\n1\n" || outcome.output == "124\n1\n", "\(outcome)")
    }
  }

  @Test("a process of exec that may send no signals outwards leaves the first one alone", .needs(.apus, .landlock(6)))
  func signals() throws {
    try onScene { scene in
      for (ruleset, code) in [(#"{"ruleset": {"scoped": ["signal"]}}"#, Int32(1)), ("", 0)] {
        let container = try scene.container {
          if !ruleset.isEmpty { $0["annotations"] = [Self.annotation: .string(ruleset)] }
          $0.process.args = ["sleep", "100"]
        }.start()
        let outcome = try scene.runtime.call("exec", container.id, "kill", "-0", "1")
        #expect(outcome.code == code && (code == 0 || outcome.errors.contains("not permitted")), "\(outcome)")
        try container.remove()
      }
    }
  }

  @Test(
    "rules that cannot be made fail the container, by step and path", .needs(.apus, .landlock(1)),
    arguments: [
      ("/nowhere", "read_dir", "making the rules of Landlock: openat2 '/nowhere': no such file or directory"),
      ("/etc/passwd", "read_dir", "/etc/passwd is no directory, and is allowed what only a directory has"),
      ("/proc/self/root/etc", "read_dir", "too many levels of symbolic links"),
    ])
  func impossible(path: String, access: String, message: String) throws {
    try onScene { scene in
      let outcome = try scene.run("true") {
        $0["annotations"] = [
          Self.annotation: .string(
            """
            {"ruleset": {"handledAccessFS": ["\(access)"]},
             "rules": {"pathBeneath": [{"allowedAccess": ["\(access)"], "paths": ["\(path)"]}]}}
            """)
        ]
      }
      #expect(outcome.code == 1 && outcome.errors.contains(message), "\(outcome)")
    }
  }

  // On any kernel: the refusal of one without Landlock is put in its place.
  @Test(
    "a kernel without Landlock is refused before anything is made", .needs(.apus, .program("strace")),
    arguments: ["ENOSYS", "EOPNOTSUPP"])
  func missing(error: String) throws {
    try onScene { scene in
      let bundle = try scene.bundle { $0["annotations"] = [Self.annotation: .string(Self.files)] }
      var command = scene.runtime.command(["create", "--bundle", bundle.path, scene.id("x")])
      command.arguments =
        ["-f", "-qq", "-o", "/dev/null", "-e", "inject=landlock_create_ruleset:error=" + error, command.program]
        + command.arguments
      command.program = "strace"
      let outcome = try command.run()
      #expect(outcome.code == 1, "\(outcome)")
      #expect(
        outcome.errors.contains("config.json: annotations.org.apus.landlock: this kernel has no Landlock: "),
        "\(outcome)")
      #expect(Host.names(in: scene.runtime.root).filter { !$0.hasPrefix("@") } == [])
    }
  }

  @Test("features tells the version of the kernel's Landlock, and that the annotation counts", .needs(.apus))
  func features() throws {
    let features = try JSON(text: Command(Runtime.program, ["features"]).run().checked().output)
    #expect(features["potentiallyUnsafeConfigAnnotations"].array.contains(.string(Self.annotation)))
    let version = Ability.landlockVersion
    #expect(features["annotations"]["org.apus.landlock.version"].string == (version > 0 ? "\(version)" : nil))
  }
}
