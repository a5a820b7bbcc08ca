// Seccomp: what runs after the load, and the cache of compiled filters.

import Foundation
import Linux
import Testing

@Suite("Seccomp", .serialized, .containers)
struct SeccompTests {
  private static let profile: JSON = [
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 99]],
  ]

  /// The calls of the process that loads the filter, from the load on until its program has been executed.
  private func callsAfterLoad(_ trace: Trace) throws -> [String] {
    let isLoad: (Trace.Call) -> Bool = {
      ($0.has("SECCOMP_SET_MODE_FILTER, ") || $0.has("SECCOMP_MODE_FILTER, ")) && $0.description.hasSuffix("= 0")
    }
    let loaders = trace.processes.filter { $0.contains(where: isLoad) }
    let calls = try #require(loaders.first)
    #expect(loaders.count == 1)
    let load = try #require(calls.lastIndex(where: isLoad))
    let after = calls[(load + 1)...]
    let end = after.firstIndex { $0.name.hasPrefix("execve") && $0.description.hasSuffix("= 0") } ?? after.endIndex
    return after[..<end].map(\.name)
  }

  // Red when anything but execve comes after the load: the user's own profile would then decide on it.
  @Test(
    "with no_new_privs nothing but execve follows the load of the filter, in run and exec",
    .needs(.apus, .program("strace")))
  func lastStep() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.linux["seccomp"] = Self.profile
        $0.process.user = ["uid": 1000, "gid": 1000]
      }
      let run = try Trace(container.command("run"), in: scene.folder)
      try run.outcome.checked()
      #expect(try callsAfterLoad(run) == [])
      let running = try scene.container(container.bundle) { $0.process.args = ["sleep", "100"] }.start()
      let exec = try Trace(scene.runtime.command(["exec", running.id, "true"]), in: scene.folder)
      try exec.outcome.checked()
      #expect(try callsAfterLoad(exec) == [])
      try running.remove()
    }
  }

  // Red when exec goes on without a filter, takes whatever stands there, or compiles what it could have loaded.
  @Test(
    "exec loads the filter that create left in the state directory, and makes one anew that is damaged or gone",
    .needs(.apus, .program("strace")))
  func ownEntry() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.linux["seccomp"] = Self.profile
        $0.process.args = ["sleep", "100"]
      }.start()
      let file = scene.runtime.root + "/" + container.id + "/filter.bpf"
      let good = try Data(contentsOf: URL(filePath: file))
      var damaged = good
      damaged[damaged.startIndex + damaged.count - 5] ^= 1
      // Its first instruction returns ALLOW.
      var open = good
      open.replaceSubrange(open.startIndex + 28..<open.startIndex + 36, with: [0x06, 0, 0, 0, 0, 0, 0xff, 0x7f])
      for (what, data) in [("left", good), ("absent", nil), ("empty", Data()), ("damaged", damaged), ("open", open)] {
        try FileManager.default.removeItem(atPath: file)
        try data?.write(to: URL(filePath: file))
        let exec = try Trace(scene.runtime.command(["exec", container.id, "mkdir", "/tmp/made"]), in: scene.folder)
        // EADDRNOTAVAIL, which the profile answers with.
        #expect(exec.outcome.code == 1 && exec.outcome.errors.contains("assign requested address"), "\(what)")
        #expect(exec.calls.contains { $0.has("@seccomp") } == (what != "left"), "\(what)")
        if data == nil { try good.write(to: URL(filePath: file)) }
      }
      try container.remove()
    }
  }

  // The load takes CAP_SYS_ADMIN, which is given back by one call; a profile always has that and execve.
  @Test(
    "without no_new_privs nothing but capset and execve follow the load, in run and exec, for root and for a user",
    .needs(.apus, .program("strace")))
  func oneCallBeforeExecve() throws {
    try onScene { scene in
      for user in [0, 1000] {
        let container = try scene.container {
          $0.linux["seccomp"] = Self.profile
          $0.process.noNewPrivileges = false
          $0.process.user = ["uid": .integer(user), "gid": .integer(user)]
        }
        let run = try Trace(container.command("run"), in: scene.folder)
        try run.outcome.checked()
        #expect(try callsAfterLoad(run) == ["capset"])
        let running = try scene.container(container.bundle) { $0.process.args = ["sleep", "100"] }.start()
        let exec = try Trace(scene.runtime.command(["exec", running.id, "true"]), in: scene.folder)
        try exec.outcome.checked()
        #expect(try callsAfterLoad(exec) == ["capset"])
        try running.remove()
      }
    }
  }

  // Red when a capability that was kept for the load is left to the program, or one is lost with it.
  @Test("without no_new_privs the program has exactly the capabilities of config.json, in run and exec", .needs(.apus))
  func exactCapabilities() throws {
    // CAP_KILL is 5, CAP_SYS_ADMIN 21, CAP_NET_BIND_SERVICE 10.
    let sets: [[JSON]] = [[], ["CAP_KILL"], ["CAP_KILL", "CAP_SYS_ADMIN"], ["CAP_SYS_ADMIN"]]
    let masks = ["0000000000000000", "0000000000000020", "0000000000200020", "0000000000200000"]
    for (set, mask) in zip(sets, masks) {
      for user in [0, 1000] {
        try onScene { scene in
          let bundle = try scene.bundle {
            $0.linux["seccomp"] = Self.profile
            $0.process.noNewPrivileges = false
            $0.process.user = ["uid": .integer(user), "gid": .integer(user)]
            for name in ["bounding", "effective", "permitted", "inheritable", "ambient"] {
              $0.process.capabilities[name] = .array(set)
            }
          }
          let show = ["grep", "^Cap", "/proc/self/status"]
          let lines = ["Inh", "Prm", "Eff", "Bnd", "Amb"].map { "Cap" + $0 + ":\t" + mask }
          let run = try scene.container(bundle) { $0.process.args = .array(show.map { .string($0) }) }.run().checked()
          #expect(run.lines == lines, "run as \(user) with \(set)")
          let running = try scene.container(bundle) { $0.process.args = ["sleep", "100"] }.start()
          let exec = try scene.runtime.command(["exec", running.id] + show).run().checked()
          #expect(exec.lines == lines, "exec as \(user) with \(set)")
          try running.remove()
        }
      }
    }
  }

  // The same without strace: a filter that kills at every other call of the last steps leaves the program alive.
  @Test(
    "a filter that refuses prctl, open, write, close_range and user changes does not disturb the start",
    .needs(.apus, .compiler), arguments: [true, false])
  func strictProfile(noNewPrivileges: Bool) throws {
    try onScene { scene in
      var names: [JSON] = [
        "prctl", "openat2", "close_range", "setresuid", "setresgid", "setgroups", "clone3", "statx", "seccomp",
        "fchdir", "chdir", "keyctl", "unshare", "setns", "faccessat2", "capget", "sendmsg", "recvmsg", "read", "fcntl",
      ]
      if noNewPrivileges { names.append("capset") }
      let bundle = try scene.bundle {
        $0.process.args = ["/probe", "nothing"]
        $0.process.noNewPrivileges = .bool(noNewPrivileges)
        $0.linux["seccomp"] = [
          "defaultAction": "SCMP_ACT_ALLOW",
          "syscalls": [["names": .array(names), "action": "SCMP_ACT_KILL_PROCESS"]],
        ]
      }
      try bundle.addProbe()
      let outcome = try scene.container(bundle).run()
      #expect(outcome.code == 0, "\(outcome)")
    }
  }

  /// Runs a container whose filter refuses mkdir, and checks that it does.
  private func expectFiltered(_ scene: Scene, _ bundle: TestBundle, _ what: String) throws {
    let outcome = try scene.container(bundle) {
      $0.process.args = ["sh", "-c", "mkdir /made 2>&1; grep Seccomp: /proc/self/status"]
      $0.linux["seccomp"] = Self.profile
    }.run()
    #expect(!Host.exists(bundle.rootfs + "/made") && outcome.output.contains("2\n"), "\(what): \(outcome)")
    #expect(outcome.output.contains("99") || outcome.output.contains("mkdir"), "\(what): \(outcome)")
  }

  private func cache(_ scene: Scene) -> String { scene.runtime.root + "/@seccomp" }

  @Test("the second start takes the filter from the cache, which only root may read", .needs(.apus))
  func cached() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      try expectFiltered(scene, bundle, "first")
      let names = Host.names(in: cache(scene))
      #expect(names.count == 1)
      let file = cache(scene) + "/" + (names.first ?? "")
      let modes = try Command("stat", ["-c", "%a %u %h", cache(scene), file]).run().checked().lines
      #expect(modes.count == 2 && modes[0].hasPrefix("700 0") && modes[1] == "600 0 1", "\(modes)")
      let inode = try Command("stat", ["-c", "%i %Y %Z", file]).run().output
      try expectFiltered(scene, bundle, "second")
      #expect(Host.names(in: cache(scene)) == names)
      #expect(try Command("stat", ["-c", "%i %Y %Z", file]).run().output == inode)
    }
  }

  // Red when an entry is loaded because its name fits: the name is a hash, the content decides.
  @Test("a damaged, foreign, oversized or linked entry is never loaded and never an error", .needs(.apus))
  func damaged() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      try expectFiltered(scene, bundle, "first")
      let file = cache(scene) + "/" + (Host.names(in: cache(scene)).first ?? "")
      let good = try Data(contentsOf: URL(filePath: file))
      func replace(_ what: String, _ make: () throws -> Void) throws {
        try? FileManager.default.removeItem(atPath: file)
        try make()
        try expectFiltered(scene, bundle, what)
      }
      func write(_ data: Data, mode: UInt32 = 0o600) throws {
        try data.write(to: URL(filePath: file))
        try Descriptor.workingDirectory.changeMode(of: file, mode)
      }
      try replace("empty") { try write(Data()) }
      try replace("cut") { try write(good.prefix(good.count / 2)) }
      try replace("longer") { try write(good + Data(repeating: 0, count: 8)) }
      try replace("text") { try write(Data(repeating: 0x41, count: 4096)) }
      for position in [0, 8, good.count / 3, good.count / 2, good.count - 16, good.count - 1] {
        try replace("byte \(position)") {
          var bad = good
          bad[bad.startIndex + position] ^= 0xff
          try write(bad)
        }
      }
      // A filter that allows everything in the place of ours: RET ALLOW over and over.
      try replace("allowing") {
        var bad = good
        let allow: [UInt8] = [0x06, 0, 0, 0, 0, 0, 0xff, 0x7f]
        for offset in stride(from: bad.count - 8, to: bad.count / 2, by: -8) {
          bad.replaceSubrange(bad.startIndex + offset..<bad.startIndex + offset + 8, with: allow)
        }
        try write(bad)
      }
      try replace("readable for all") { try write(good, mode: 0o644) }
      try replace("of another user") {
        try write(good)
        try Descriptor.workingDirectory.changeOwner(file, uid: 1000, gid: 1000)
      }
      let elsewhere = scene.folder + "/elsewhere"
      try good.write(to: URL(filePath: elsewhere))
      try replace("link") { try Descriptor.workingDirectory.makeSymbolicLink(file, to: elsewhere) }
      #expect(try Data(contentsOf: URL(filePath: elsewhere)) == good)
      try replace("fifo") { try Descriptor.workingDirectory.makeNode(file, kind: .fifo, mode: 0o600) }
      try replace("hole") {
        try write(Data())
        try Descriptor.workingDirectory.open(file, [.writeOnly]).truncate(to: 1 << 32)
      }
    }
  }

  @Test("a cache folder that is a link or belongs to others is not used, and no error", .needs(.apus))
  func foreignFolder() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      let elsewhere = try scene.makeFolder("elsewhere")
      _ = try scene.makeFolder("state")
      try Descriptor.workingDirectory.makeSymbolicLink(cache(scene), to: elsewhere)
      try expectFiltered(scene, bundle, "link")
      #expect(Host.names(in: elsewhere) == [])
      try FileManager.default.removeItem(atPath: cache(scene))
      _ = try scene.makeFolder("state/@seccomp")
      try Descriptor.workingDirectory.changeMode(of: cache(scene), 0o777)
      try expectFiltered(scene, bundle, "open to all")
      #expect(Host.names(in: cache(scene)) == [])
    }
  }

  @Test("the cache never holds more than 64 filters, and ten writers at once do it no harm", .needs(.apus))
  func bounded() throws {
    try onScene { scene in
      let bundle = try scene.bundle()
      for index in 0..<70 {
        try scene.container(bundle) {
          $0.linux["seccomp"] = Self.profile
          $0.linux.seccomp.syscalls[0].errnoRet = .integer(index + 1)
        }.run().checked()
      }
      #expect(Host.names(in: cache(scene)).count <= 64)
      let containers = try (0..<10).map { _ in try scene.container(scene.bundle { $0.linux["seccomp"] = Self.profile })
      }
      let children = try containers.map { try $0.command("run").start() }
      for child in children { try child.wait().checked() }
      #expect(Host.names(in: cache(scene)).allSatisfy { !$0.hasPrefix("new-") })
      try expectFiltered(scene, bundle, "after the rush")
    }
  }
}
