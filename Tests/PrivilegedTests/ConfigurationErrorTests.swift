// Malformed configurations: the message names the field, and nothing happens before all of it is checked.

import Foundation
import Linux
import Testing

/// A configuration that has to be refused.
struct BadConfiguration: CustomTestStringConvertible, Sendable {
  /// The path of the field that the message names.
  let field: String
  let change: @Sendable (inout JSON) -> Void

  init(_ field: String, _ change: @escaping @Sendable (inout JSON) -> Void) {
    self.field = field
    self.change = change
  }

  var testDescription: String { field }

  static let all: [BadConfiguration] = [
    BadConfiguration("ociVersion") { $0.ociVersion = "2.0.0" },
    BadConfiguration("ociVersion") { $0.ociVersion = 1 },
    BadConfiguration("ociVersion") { $0.ociVersion = nil },
    BadConfiguration("root.path") { $0.root.path = 7 },
    BadConfiguration("root.readonly") { $0.root.readonly = "yes" },
    BadConfiguration("process.args") { $0.process.args = [] },
    BadConfiguration("process.args[1]") { $0.process.args = ["true", 1] },
    BadConfiguration("process.cwd") { $0.process.cwd = "relative" },
    BadConfiguration("process.env[0]") { $0.process.env = [nil] },
    BadConfiguration("process.user.uid") { $0.process.user.uid = -1 },
    BadConfiguration("process.user.uid") { $0.process.user.uid = 4_294_967_296 },
    BadConfiguration("process.user.gid") { $0.process.user.gid = "0" },
    BadConfiguration("process.user.additionalGids[1]") { $0.process.user.additionalGids = [1, -2] },
    BadConfiguration("process.rlimits[0].type") {
      $0.process.rlimits = [["type": "RLIMIT_NOPE", "soft": 1, "hard": 1]]
    },
    BadConfiguration("process.rlimits") {
      $0.process.rlimits = [
        ["type": "RLIMIT_CORE", "soft": 1, "hard": 1], ["type": "RLIMIT_CORE", "soft": 2, "hard": 2],
      ]
    },
    BadConfiguration("process.oomScoreAdj") { $0.process.oomScoreAdj = 1001 },
    BadConfiguration("process.terminal") { $0.process.terminal = 1 },
    BadConfiguration("mounts[0]") { $0.mounts = [["type": "tmpfs", "source": "x"]] },
    BadConfiguration("mounts[6].options[0]") {
      $0.mounts.array.append(["destination": "/x", "type": "tmpfs", "source": "x", "options": [1]])
    },
    BadConfiguration("hooks.prestart[0].path") { $0["hooks"] = ["prestart": [["path": "bin/true"]]] },
    BadConfiguration("hooks.poststop[0].timeout") {
      $0["hooks"] = ["poststop": [["path": "/bin/true", "timeout": 0]]]
    },
    BadConfiguration("linux.namespaces[0].type") { $0.linux.namespaces = [["type": "nope"]] },
    BadConfiguration("linux.namespaces") { $0.linux.namespaces.array.append(["type": "pid"]) },
    BadConfiguration("linux.resources.memory.limit") { $0.linux.resources["memory"] = ["limit": "1g"] },
    BadConfiguration("linux.resources.pids.limit") { $0.linux.resources["pids"] = ["limit": 1.5] },
    BadConfiguration("linux.resources.devices[0].type") {
      $0.linux.resources.devices = [["allow": true, "type": "z", "access": "r"]]
    },
    BadConfiguration("linux.devices[0].path") {
      $0.linux["devices"] = [["path": "null", "type": "c", "major": 1, "minor": 3]]
    },
    BadConfiguration("linux.maskedPaths[0]") { $0.linux.maskedPaths = ["proc/kcore"] },
    BadConfiguration("linux.sysctl") { $0.linux["sysctl"] = ["kernel.core_pattern": "x"] },
    BadConfiguration("linux.uidMappings") {
      $0.linux.namespaces.array.append(["type": "user"])
      $0.linux["uidMappings"] = [["containerID": 0, "hostID": 0, "size": "1"]]
    },
    BadConfiguration("linux.seccomp.defaultAction") { $0.linux["seccomp"] = ["defaultAction": "SCMP_ACT_NOPE"] },
    BadConfiguration("linux.seccomp.syscalls[0].action") {
      $0.linux["seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["read"], "action": "NO"]]]
    },
    BadConfiguration("linux.rootfsPropagation") { $0.linux["rootfsPropagation"] = "sideways" },
    BadConfiguration("hostname") {
      $0.linux.namespaces.array.removeAll { $0.type == "uts" }
    },
    BadConfiguration("process.scheduler.policy") { $0.process["scheduler"] = ["nice": 1] },
    BadConfiguration("process.scheduler.policy") { $0.process["scheduler"] = ["policy": ""] },
    BadConfiguration("process.scheduler.nice") { $0.process["scheduler"] = ["policy": "SCHED_OTHER", "nice": 20] },
    BadConfiguration("process.scheduler.priority") {
      $0.process["scheduler"] = ["policy": "SCHED_IDLE", "priority": 1]
    },
    BadConfiguration("process.scheduler.flags[0]") {
      $0.process["scheduler"] = ["policy": "SCHED_IDLE", "flags": ["SCHED_FLAG_NOPE"]]
    },
    BadConfiguration("process.ioPriority") { $0.process["ioPriority"] = ["class": "IOPRIO_CLASS_BE", "priority": 8] },
    BadConfiguration("process.ioPriority.class") { $0.process["ioPriority"] = ["class": "IOPRIO_CLASS_NONE"] },
    BadConfiguration("process.execCPUAffinity.initial") { $0.process["execCPUAffinity"] = ["initial": "0-"] },
    BadConfiguration("process.execCPUAffinity.final") { $0.process["execCPUAffinity"] = ["final": "65537"] },
    BadConfiguration("linux.personality.domain") { $0.linux["personality"] = ["domain": "BSD"] },
    BadConfiguration("linux.memoryPolicy.mode") { $0.linux["memoryPolicy"] = ["nodes": "0"] },
    BadConfiguration("linux.memoryPolicy.nodes") { $0.linux["memoryPolicy"] = ["mode": "MPOL_LOCAL", "nodes": "0"] },
    BadConfiguration("linux.memoryPolicy.flags[0]") {
      $0.linux["memoryPolicy"] = ["mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_NOPE"]]
    },
    BadConfiguration("linux.timeOffsets") { $0.linux["timeOffsets"] = ["boottime": ["secs": 1]] },
    BadConfiguration("linux.timeOffsets") {
      $0.linux.namespaces.array.append(["type": "time"])
      $0.linux["timeOffsets"] = ["realtime": ["secs": 1]]
    },
    BadConfiguration("linux.timeOffsets") {
      $0.linux.namespaces.array.append(["type": "time", "path": "/proc/self/ns/time"])
      $0.linux["timeOffsets"] = ["boottime": ["secs": 1]]
    },
    BadConfiguration("linux.timeOffsets.boottime.nanosecs") {
      $0.linux.namespaces.array.append(["type": "time"])
      $0.linux["timeOffsets"] = ["boottime": ["nanosecs": 1_000_000_000]]
    },
    BadConfiguration("linux.netDevices") {
      $0.linux.namespaces.array.removeAll { $0.type == "network" }
      $0.linux["netDevices"] = ["eth7": [:]]
    },
    BadConfiguration("linux.netDevices") { $0.linux["netDevices"] = ["eth7": ["name": "a/b"]] },
    BadConfiguration("linux.netDevices") { $0.linux["netDevices"] = ["": [:]] },
    BadConfiguration("linux.intelRdt.closID") { $0.linux["intelRdt"] = ["closID": "a/b"] },
    BadConfiguration("linux.intelRdt.memBwSchema") { $0.linux["intelRdt"] = ["memBwSchema": "L3:0=f"] },
    BadConfiguration("linux.intelRdt.schemata[1]") {
      $0.linux["intelRdt"] = ["schemata": ["L3:0=f", "MB:0=1\nL2:0=1"]]
    },
    BadConfiguration("annotations") { $0["annotations"] = ["key": 1] },
    BadConfiguration("annotations.org.apus.landlock: ruleset.scoped[0]: unknown name") {
      $0["annotations"] = ["org.apus.landlock": #"{"ruleset": {"scoped": ["time"]}}"#]
    },
  ]
}

@Suite("Malformed configurations", .serialized, .containers)
struct ConfigurationErrorTests {
  /// A hook that tells whether anything was done at all.
  private func addWitness(_ config: inout JSON, _ file: String) {
    let hook: JSON = ["path": "/bin/sh", "args": ["sh", "-c", .string("touch '\(file)'")]]
    for name in ["prestart", "createRuntime", "poststop"] {
      config.hooks[name] = .array([hook] + config.hooks[name].array)
    }
  }

  // runc takes some of these and names other fields in other words.
  @Test(
    "a bad value is refused by the path of its field, before anything is made", .needs(.apus),
    arguments: BadConfiguration.all)
  func field(bad: BadConfiguration) throws {
    try onScene { scene in
      let witness = scene.folder + "/witness"
      let container = try scene.container {
        bad.change(&$0)
        if !bad.field.hasPrefix("hooks") { addWitness(&$0, witness) }
      }
      let outcome = try container.create()
      #expect(outcome.code == 1 && outcome.output == "", "\(outcome)")
      #expect(outcome.errors.contains(bad.field), "\(outcome)")
      #expect(!Host.exists(witness))
      #expect(Host.names(in: scene.runtime.root).filter { !$0.hasPrefix("@") } == [])
    }
  }

  @Test(
    "the whole sentence tells the file, the field, what is wrong with which value, and the place", .needs(.apus),
    arguments: [
      (
        #"{"ociVersion": "1.0.2","# + "\n" + #" "linux": {"resources": {"memory": {"limit": "1g"}}}}"#,
        #"config.json: linux.resources.memory.limit: expected an integer, found \"1g\" (line 2, column 46)"#
      ),
      (
        #"{"ociVersion": "1.0.2","# + "\n\n" + #" "process": {"cwd": "/", "args": ["true", 1]}}"#,
        "config.json: process.args[1]: expected a string, found 1 (line 3, column 43)"
      ),
      (
        #"{"ociVersion": "1.0.2","# + "\n" + #" "process": {,}}"#,
        "config.json: process: invalid JSON: expected the name of a field, found , (line 2, column 14)"
      ),
      (
        #"{"linux": {"namespaces": ["# + "\n" + #" {"type": "nope"}]}}"#,
        #"config.json: linux.namespaces[0].type: namespace \"nope\" does not exist (line 2, column 11)"#
      ),
      (
        #"{"ociVersion": "2.0.0"}"#,
        #"config.json: ociVersion: version \"2.0.0\" is not supported, only 1.x.y is"#
      ),
    ])
  func sentence(text: String, sentence: String) throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      try Data(text.utf8).write(to: URL(filePath: bundle.path + "/config.json"))
      let outcome = try scene.runtime.call("create", "--bundle", bundle.path, scene.id("x"))
      // As text the log escapes quotes.
      #expect(outcome.code == 1 && outcome.errors.hasSuffix(": \(sentence)\"\n"), "\(outcome)")
    }
  }

  @Test(
    "broken JSON is refused by line and column", .needs(.apus),
    arguments: [
      ("{\n  \"ociVersion\": \"1.0.0\",\n  \"process\": {,}\n}", 3),
      ("", 1), ("{", 1), ("[]", 1), ("{}\n x", 2), ("{\"a\":\n\n\"\u{7}\"}", 3),
      (String(repeating: "[", count: 100_000), 1),
    ])
  func syntax(text: String, line: Int) throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      try Data(text.utf8).write(to: URL(filePath: bundle.path + "/config.json"))
      let outcome = try scene.runtime.call("create", "--bundle", bundle.path, scene.id("x"))
      #expect(outcome.code == 1, "\(outcome)")
      #expect(text == "[]" || outcome.errors.contains("line \(line)"), "\(outcome)")
    }
  }

  @Test("text that is not UTF-8 and a file over the limit of 16 MiB are refused", .needs(.apus))
  func bytes() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      let file = URL(filePath: bundle.path + "/config.json")
      let command = scene.runtime.command(["create", "--bundle", bundle.path, scene.id("x")])
      for bytes in [[0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80]] as [[UInt8]] {
        try Data(Array("{\"ociVersion\": \"".utf8) + bytes + Array("\"}".utf8)).write(to: file)
        let outcome = try command.run()
        #expect(outcome.code == 1 && outcome.errors.contains("line 1"), "\(outcome)")
      }
      try Data(repeating: 0x20, count: 17 << 20).write(to: file)
      let outcome = try command.run()
      #expect(outcome.code == 1 && outcome.errors.contains("config.json"), "\(outcome)")
    }
  }

  @Test("a bad process file of exec is refused by its field, and the container goes on")
  func processFile() throws {
    try onScene { scene in
      let container = try scene.container { $0.process.args = ["sleep", "100"] }.start()
      let file = scene.folder + "/process.json"
      let bad: [(String, String)] = [
        ("args", #"{"cwd":"/","args":[]}"#), ("cwd", #"{"cwd":"here","args":["true"]}"#),
        ("user.uid", #"{"cwd":"/","args":["true"],"user":{"uid":-1}}"#), ("line 1", "{"),
      ]
      for (field, text) in bad {
        try Data(text.utf8).write(to: URL(filePath: file))
        let outcome = try scene.runtime.call("exec", "--process", file, container.id)
        #expect(outcome.code != 0, "\(outcome)")
        #expect(outcome.errors.contains(field) || !Runtime.isApus, "\(outcome)")
      }
      #expect(try scene.runtime.call("exec", "--process", scene.folder + "/absent", container.id).code != 0)
      #expect(try container.status == "running")
      try container.remove()
    }
  }

  // Rows of what may follow a good config.json without harm.
  @Test("unknown fields are ignored")
  func unknownFields() throws {
    try onScene { scene in
      let outcome = try scene.run("echo fine") {
        $0["future"] = ["deep": [1, 2, nil, ["x": true]]]
        $0.process["futureToo"] = 1.5
        $0.linux["alsoNew"] = "\u{1F426}"
      }
      #expect(outcome.code == 0 && outcome.output == "fine\n", "\(outcome)")
    }
  }
}
