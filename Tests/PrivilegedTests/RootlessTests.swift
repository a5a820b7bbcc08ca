// Containers of an ordinary user, who has no rights over the host.

import Foundation
import Glibc
import Testing

/// An ordinary user of the host, with a copy of the shipped programs and a folder for the time of a session.
private struct OrdinaryUser {
  static let id = 12345

  let scene: Scene
  let bundle: String
  /// Lines of /etc/subuid and /etc/subgid, seen by the user's programs alone; nil leaves those of the host.
  var subordinates: String?

  init(_ scene: Scene) throws {
    self.scene = scene
    bundle = try scene.makeFolder("user/bundle")
    try RootFileSystem.makeBusybox(at: bundle + "/rootfs")
    for name in ["apus", "apus-extra"] {
      let source = (Runtime.program as NSString).deletingLastPathComponent + "/" + name
      try FileManager.default.copyItem(atPath: source, toPath: scene.folder + "/" + name)
    }
    _ = try scene.makeFolder("user/run")
    _ = try Command("chmod", ["755", scene.folder]).run().checked()
    _ = try Command("chown", ["-R", "\(Self.id):\(Self.id)", scene.folder + "/user"]).run().checked()
  }

  /// A command as that user: no group but the own one, no capability.
  func command(_ program: String, _ words: [String]) -> Command {
    let become = ["setpriv", "--reuid=\(Self.id)", "--regid=\(Self.id)", "--clear-groups", program] + words
    var command = Command("env", become)
    if let subordinates {
      let file = scene.folder + "/subordinates"
      try? Data(subordinates.utf8).write(to: URL(filePath: file))
      // Who has no name has no subordinate ids.
      let user = "apus-user:x:\(Self.id):\(Self.id)::/:/bin/sh\n"
      let known = Host.lines(of: "/etc/passwd").joined(separator: "\n") + "\n" + user
      try? Data(known.utf8).write(to: URL(filePath: file + ".passwd"))
      let script = """
        for name in subuid subgid; do mount --bind \(file) /etc/$name || exit 99; done
        mount --bind \(file).passwd /etc/passwd && exec "$@"
        """
      command = Command("unshare", ["-m", "sh", "-c", script, "sh"] + become)
    }
    command.environment["XDG_RUNTIME_DIR"] = scene.folder + "/user/run"
    command.environment["HOME"] = scene.folder + "/user"
    command.directory = bundle
    return command
  }

  @discardableResult
  func apus(_ words: String...) throws -> Outcome { try command(scene.folder + "/apus", words).run() }

  /// What `spec --rootless` writes, with a script for its shell.
  func configure(_ script: String, _ change: (inout JSON) -> Void = { _ in }) throws {
    let file = bundle + "/config.json"
    if !Host.exists(file) { _ = try apus("spec", "--rootless").checked() }
    var config = try JSON(text: String(contentsOfFile: file, encoding: .utf8))
    config.process["terminal"] = false
    config.process["args"] = ["sh", "-c", .string(script)]
    change(&config)
    try Data(config.text.utf8).write(to: URL(filePath: file))
  }
}

@Suite("Rootless containers", .serialized, .containers)
struct RootlessTests {
  @Test("what spec --rootless writes runs: user, devices, /sys, no groups", .needs(.apus, .userNamespaces))
  func run() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      try user.configure(
        """
        id -u; cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups | tr -s ' '
        [ -c /dev/null ] && echo x >/dev/null && echo null; head -c 4 /dev/zero | wc -c; [ -d /sys/kernel ] && echo sys
        echo x >/sys/new; hostname
        """)
      let outcome = try user.apus("run", "one")
      let map = " 0 \(OrdinaryUser.id) 1\n"
      #expect(outcome.output == "0\n\(map)\(map)deny\nnull\n4\nsys\nrunc\n", "\(outcome)")
      #expect(outcome.code == 0)
      #expect(Host.names(in: scene.folder + "/user/run/apus").filter { !$0.hasPrefix("@") } == [])
    }
  }

  // Red without the intermediate of a user's exec.
  @Test(
    "create, start, exec, state, kill, delete; the state lies in $XDG_RUNTIME_DIR", .needs(.apus, .userNamespaces))
  func life() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      try user.configure("trap 'exit 7' TERM; while :; do sleep 0.1; done")
      _ = try user.apus("create", "two").checked()
      #expect(Host.exists(scene.folder + "/user/run/apus/two/state.json"))
      let state = try JSON(text: user.apus("state", "two").checked().output)
      #expect(state.status.string == "created")
      // Whoever is that user must not read or trace what the runtime holds.
      let pid = try #require(state.pid.integer)
      let read = try user.command("cat", ["/proc/\(pid)/environ"]).run()
      #expect(read.errors.contains("Permission denied"), "\(read)")
      _ = try user.apus("start", "two").checked()
      let script = "id -u; cat /proc/1/comm; tr -s ' ' </proc/self/uid_map; exit 5"
      let exec = try user.apus("exec", "two", "sh", "-c", script)
      #expect(exec.code == 5 && exec.output == "0\nsh\n 0 \(OrdinaryUser.id) 1\n", "\(exec)")
      _ = try user.apus("kill", "two", "KILL").checked()
      _ = try user.apus("delete", "--force", "two").checked()
      #expect(!Host.exists(scene.folder + "/user/run/apus/two"))
    }
  }

  private static let mapped: JSON = [
    ["containerID": 0, "hostID": .integer(OrdinaryUser.id), "size": 1],
    ["containerID": 1, "hostID": 765_000, "size": 1000],
  ]

  @Test(
    "more ids than the own one are mapped by newuidmap and newgidmap, groups with them",
    .needs(.apus, .userNamespaces, .program("newuidmap")))
  func subordinates() throws {
    try onScene { scene in
      var user = try OrdinaryUser(scene)
      user.subordinates = "#\(OrdinaryUser.id):1:1\n\(OrdinaryUser.id):765000:1000\n"
      try user.configure("id -u; id -G; touch /tmp/mine; ls -n /tmp/mine | awk '{print $3}'; exec sleep 100") {
        $0.root["readonly"] = false
        $0.process["user"] = ["uid": 7, "gid": 7, "additionalGids": [9]]
        $0.linux["uidMappings"] = Self.mapped
        $0.linux["gidMappings"] = Self.mapped
      }
      let file = scene.folder + "/user/output"
      var run = user.command("sh", ["-c", "\(scene.folder)/apus create three >\(file) 2>&1 </dev/null"])
      run.timeLimit = 20
      let created = try run.run()
      #expect(created.code == 0, "\(Host.lines(of: file))")
      _ = try user.apus("start", "three").checked()
      let exec = try user.apus("exec", "--user", "5:5", "three", "sh", "-c", "id -u; id -G")
      #expect(exec.output == "5\n5\n" || exec.output == "5\n5 9\n", "\(exec)")
      _ = try user.apus("delete", "--force", "three").checked()
      #expect(Host.lines(of: file).prefix(2) == ["7", "7 9"], "\(Host.lines(of: file))")
      let owner = try FileManager.default.attributesOfItem(atPath: user.bundle + "/rootfs/tmp/mine")[.ownerAccountID]
      #expect(owner as? Int == 765_006)
    }
  }

  @Test(
    "ids that are not the user's are refused in newuidmap's words, and nothing is left",
    .needs(.apus, .userNamespaces, .program("newuidmap")))
  func foreignIDs() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      for field in ["uidMappings", "gidMappings"] {
        try user.configure("true") {
          $0.linux["uidMappings"] = [["containerID": 0, "hostID": .integer(OrdinaryUser.id), "size": 1]]
          $0.linux["gidMappings"] = $0.linux["uidMappings"]
          $0.linux[field] = Self.mapped
        }
        let outcome = try user.apus("run", "four")
        let tool = field == "uidMappings" ? "newuidmap" : "newgidmap"
        #expect(outcome.code == 1 && outcome.errors.contains("writing the identity maps: \(tool): "), "\(outcome)")
        #expect(Host.names(in: scene.folder + "/user/run/apus").filter { !$0.hasPrefix("@") } == [])
      }
    }
  }

  @Test("groups, limits and cgroups that a user cannot have are refused by name", .needs(.apus, .userNamespaces))
  func refusals() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      try user.configure("true") { $0.process["user"] = ["uid": 0, "gid": 0, "additionalGids": [5]] }
      let groups = try user.apus("run", "five")
      #expect(groups.code == 1 && groups.errors.contains("additional groups in a rootless container"), "\(groups)")
      try user.configure("true") {
        $0.process["user"] = ["uid": 0, "gid": 0]
        $0.linux["resources"] = ["pids": ["limit": 5]]
      }
      let limits = try user.apus("run", "five")
      #expect(
        limits.code == 1
          && (limits.errors.contains("cannot set pids limit: container could not join or create cgroup")
            || limits.errors.contains("rootless needs no limits + no cgrouppath")),
        "\(limits)")
      try user.configure("true") {
        $0.linux["resources"] = [:]
        $0.linux["cgroupsPath"] = "/apus-rootless"
      }
      let path = try user.apus("run", "five")
      #expect(path.code == 1 && path.errors.contains("permission denied"), "\(path)")
      try user.configure("true") {
        $0.linux["cgroupsPath"] = nil
        $0.linux.namespaces.array.removeAll { $0.type == "user" }
      }
      let namespace = try user.apus("run", "five")
      #expect(namespace.errors.contains("rootless container requires user namespaces"), "\(namespace)")
    }
  }

  // CVE-2023-25809
  @Test(
    "the caller's cgroups cannot be written to, with and without a cgroup namespace", .needs(.apus, .userNamespaces))
  func cgroups() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      for hasNamespace in [false, true] {
        try user.configure(
          """
          files=$(find /sys/fs/cgroup -name cgroup.procs -o -name tasks)
          for file in $files; do (echo $$ >$file) 2>/tmp/errors && echo wrote $file; done; echo $files
          """
        ) {
          $0.root["readonly"] = false
          $0.linux.namespaces.array.removeAll { $0.type == "cgroup" }
          if hasNamespace { $0.linux.namespaces.array.append(["type": "cgroup"]) }
          $0.mounts = .array(
            $0.mounts.array.map { mount in
              var mount = mount
              if mount.type == "cgroup" { mount["options"] = ["nosuid", "noexec", "nodev"] }
              return mount
            })
        }
        let outcome = try user.apus("run", "six")
        // Without the namespace there is nothing to see, as the container has no cgroup.
        #expect(outcome.code == 0 && !outcome.output.contains("wrote"), "\(outcome)")
        if !hasNamespace { #expect(outcome.output == "\n", "\(outcome)") }
      }
    }
  }

  @Test(
    "where no sysfs can be mounted the host's is bound, and read-only throughout", .needs(.apus, .userNamespaces))
  func sysfs() throws {
    try onScene { scene in
      let user = try OrdinaryUser(scene)
      let script =
        "[ -d /sys/kernel ] && grep -c ' /sys[ /].* ro' /proc/mounts; grep ' /sys[ /].* rw' /proc/mounts; true"
      try user.configure(script) {
        $0.mounts = .array(
          $0.mounts.array.filter { $0.type != "cgroup" }.map { mount in
            mount.destination == "/sys"
              ? [
                "destination": "/sys", "type": "sysfs", "source": "sysfs",
                "options": ["nosuid", "noexec", "nodev", "ro"],
              ] : mount
          })
        $0.linux.namespaces.array.removeAll { $0.type == "network" }
        $0.linux["maskedPaths"] = []
      }
      let outcome = try user.apus("run", "seven")
      #expect(outcome.lines.count == 1 && Int(outcome.lines[0]) ?? 0 > 0, "\(outcome)")
    }
  }
}
