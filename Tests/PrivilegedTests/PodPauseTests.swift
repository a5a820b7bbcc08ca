// apus-pause: namespaces that files keep, and the first process of a pod.

import CShims
import Foundation
import Linux
import Testing

/// The program under test.
enum Pause {
  static let program = (Host.variable("APUS_BIN") ?? Host.repository + "build/bin") + "/apus-pause"

  static func pin(_ words: String...) throws -> Outcome { try Command(program, ["pin"] + words).run() }
}

extension Trait where Self == ConditionTrait {
  static var pause: ConditionTrait {
    let isThere = FileManager.default.isExecutableFile(atPath: Pause.program)
    let isRequired = Host.variable("APUS_REQUIRE_BINARIES") == "1" && Host.isRoot
    return .enabled(if: isThere || isRequired, "no program at \(Pause.program): run 'make build' first")
  }
}

@Suite("Pinned namespaces", .serialized, .needs(.root), .pause)
struct PinnedNamespaceTests {
  private static let kinds: [(name: String, kind: NamespaceKinds)] = [
    ("user", .user), ("uts", .uts), ("ipc", .ipc), ("net", .network),
  ]

  private static let maps = ["--uid-mapping=0-300000-65536", "--gid-mapping=0-400000-65536"]

  /// The inode of a namespace.
  private func inode(_ path: String) throws -> UInt64 {
    try Descriptor.workingDirectory.open(path, .readOnly).status().inode
  }

  private func unpin(_ paths: String...) throws {
    for path in paths {
      try detachMount(path)
      try Descriptor.workingDirectory.removeFile(path)
    }
  }

  @Test("each file is a namespace of its kind, another than ours, and lives without a process")
  func kinds() throws {
    try onScene { scene in
      let outcome = try Pause.pin("-u", "-i", "-n", "-d", scene.folder, "-f", "pod")
      #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
      for (name, kind) in Self.kinds.dropFirst() {
        let path = "\(scene.folder)/\(name)ns/pod"
        #expect(try Descriptor.workingDirectory.open(path, .readOnly).namespaceKind() == kind, "\(name)")
        #expect(try inode(path) != inode("/proc/self/ns/\(name)"), "\(name)")
      }
      #expect(!RunningProcess.all().values.contains { $0.words.contains(scene.name) })
      #expect(!Host.exists(scene.folder + "/userns"))
      try unpin(scene.folder + "/utsns/pod", scene.folder + "/ipcns/pod", scene.folder + "/netns/pod")
    }
  }

  // Red when the other namespaces are made before, or outside of, the user namespace.
  @Test("the user namespace owns the others, and its ids are mapped as asked", .needs(.userNamespaces))
  func owners() throws {
    try onScene { scene in
      try Command(Pause.program, ["pin", "-Uuin", "-d", scene.folder, "-f", "pod"] + Self.maps).run().checked()
      let user = scene.folder + "/userns/pod"
      for (name, _) in Self.kinds.dropFirst() {
        let file = try Descriptor.workingDirectory.open("\(scene.folder)/\(name)ns/pod", .readOnly)
        // NS_GET_USERNS of ioctl_ns(2): a descriptor of the owner.
        let owner = Descriptor(owning: Int32(apus_ioctl(file.number, 0xb701, 0)))
        #expect(try owner.status().inode == inode(user), "\(name)")
      }
      let maps = try Command("nsenter", ["--user=" + user, "-S", "0", "-G", "0", "cat", "/proc/self/uid_map"]).run()
      #expect(
        maps.output.split(separator: " ").map { $0.trimmingPrefix("\n") }.joined(separator: " ").trimmed
          == "0 300000 65536", "\(maps)")
      let groups = try Command("nsenter", ["--user=" + user, "-S", "0", "-G", "0", "cat", "/proc/self/gid_map"]).run()
      #expect(groups.output.split(separator: " ").joined(separator: " ").trimmed == "0 400000 65536", "\(groups)")
      for (name, _) in Self.kinds { try unpin("\(scene.folder)/\(name)ns/pod") }
    }
  }

  @Test("host name and kernel parameters are set inside and nowhere else", arguments: [false, true])
  func parameters(withUser: Bool) throws {
    if withUser && Ability.userNamespaces.missing != nil { return }
    try onScene { scene in
      let names = ["net/core/somaxconn", "net/ipv4/ip_default_ttl", "kernel/shmmax", "kernel/sem", "fs/mqueue/msg_max"]
      let before = names.map { Host.read("/proc/sys/" + $0) } + [Host.read("/proc/sys/kernel/hostname")]
      let words = [
        "pin", "-uin", "-d", scene.folder, "-f", "pod", "--hostname", "pod-7", "-s", "net.core.somaxconn=777",
        "-s", "net/ipv4/ip_default_ttl=77", "--sysctl", "kernel.shmmax=7777", "--sysctl=kernel.sem=250 32000 100 77",
        "-sfs.mqueue.msg_max=17",
      ]
      try Command(Pause.program, words + (withUser ? ["-U"] + Self.maps : [])).run().checked()
      let enter = ["net", "ipc", "uts"].map { "--\($0)=\(scene.folder)/\($0)ns/pod" }
      let script = "cd /proc/sys; cat \(names.joined(separator: " ")) kernel/hostname"
      let inside = try Command("nsenter", enter + ["sh", "-c", script]).run().checked()
      #expect(inside.lines == ["777", "77", "7777", "250\t32000\t100\t77", "17", "pod-7"], "\(inside)")
      #expect(names.map { Host.read("/proc/sys/" + $0) } + [Host.read("/proc/sys/kernel/hostname")] == before)
      for (name, _) in Self.kinds where withUser || name != "user" { try unpin("\(scene.folder)/\(name)ns/pod") }
    }
  }

  // Red when the program itself lets a parameter of the host through (CVE-2022-0811); the daemon checks them as well.
  @Test(
    "a parameter of the host, or of a namespace that is not made, is refused before anything is made",
    arguments: [
      "kernel.core_pattern=|/evil", "net.ipv4.ip_forward=1\nkernel.core_pattern=|/evil", "vm.swappiness=1",
      "net/../kernel/core_pattern=x", "kernel.shmmax=1", "net.ipv4.ip_forward", "=1", "fs.mqueue/../file-max=1",
    ])
  func smuggled(parameter: String) throws {
    try onScene { scene in
      let outcome = try Pause.pin("-n", "-d", scene.folder, "-f", "pod", "-s", parameter)
      #expect(outcome.code == 1 && outcome.errors.hasPrefix("apus-pause: pin: sysctl "), "\(outcome)")
      #expect(Host.names(in: scene.folder).isEmpty)
    }
  }

  @Test("a failure leaves no file and no mount, with a user namespace or without", arguments: [false, true])
  func failure(withUser: Bool) throws {
    if withUser && Ability.userNamespaces.missing != nil { return }
    try onScene { scene in
      let words = ["pin", "-uin", "-d", scene.folder, "-f", "pod", "-s", "net.ipv4.ip_default_ttl=much"]
      let outcome = try Command(Pause.program, words + (withUser ? ["-U"] + Self.maps : [])).run()
      let reason = "write '/proc/sys/net/ipv4/ip_default_ttl': invalid argument"
      #expect(
        outcome.errors == "apus-pause: setting a kernel parameter: \(reason)\n" && outcome.code == 1, "\(outcome)")
      for (name, _) in Self.kinds { #expect(Host.names(in: "\(scene.folder)/\(name)ns").isEmpty, "\(name)") }
    }
  }

  @Test("a file that is there already is left alone")
  func existingFile() throws {
    try onScene { scene in
      _ = try scene.makeFolder("netns")
      try Data("mine".utf8).write(to: URL(filePath: scene.folder + "/netns/pod"))
      let outcome = try Pause.pin("-u", "-n", "-d", scene.folder, "-f", "pod")
      #expect(outcome.code == 1 && outcome.errors.contains("file exists"), "\(outcome)")
      #expect(Host.read(scene.folder + "/netns/pod") == "mine" && Host.names(in: scene.folder + "/utsns").isEmpty)
    }
  }

  @Test("a link in the place of the file is not followed")
  func link() throws {
    try onScene { scene in
      _ = try scene.makeFolder("netns")
      try FileManager.default.createSymbolicLink(
        atPath: scene.folder + "/netns/pod", withDestinationPath: scene.folder + "/elsewhere")
      let outcome = try Pause.pin("-n", "-d", scene.folder, "-f", "pod")
      #expect(outcome.code == 1 && !Host.exists(scene.folder + "/elsewhere"), "\(outcome)")
    }
  }
}

@Suite("The first process of a pod", .serialized, .needs(.root, .program("unshare"), .program("nsenter")), .pause)
struct PauseProcessTests {
  /// Runs a test with the program as the first process of a PID namespace.
  private func withPause(_ body: (Child, Int32) throws -> Void) throws {
    try onScene { scene in
      let child = try Command("unshare", ["--pid", "--fork", "--kill-child", Pause.program]).start()
      var pid: Int32 = 0
      let isThere = eventually {
        pid =
          Host.lines(of: "/proc/\(child.pid)/task/\(child.pid)/children").first.flatMap {
            Int32($0.trimmed.split(separator: " ").first ?? "")
          } ?? 0
        guard let process = RunningProcess(pid: pid) else { return false }
        return process.words == Pause.program && RunningProcess.status("\(pid)")["SigBlk"] != "0000000000000000"
      }
      #expect(isThere)
      try body(child, pid)
    }
  }

  private func children(of pid: Int32) -> [RunningProcess] {
    RunningProcess.all().values.filter { $0.parent == pid }
  }

  @Test("a thousand orphans are reaped")
  func orphans() throws {
    try withPause { child, pid in
      let script = "i=0; while [ $i -lt 1000 ]; do (sleep 0.1 & true); i=$((i+1)); done"
      let outcome = try Command("nsenter", ["-t", "\(pid)", "-p", "sh", "-c", script]).run()
      #expect(outcome.code == 0, "\(outcome)")
      #expect(eventually(within: 10) { children(of: pid).isEmpty }, "\(children(of: pid).count) are left")
      #expect(RunningProcess.isAlive(pid))
      child.send(SIGKILL)
      try child.wait()
    }
  }

  // Red when the end waits for the reaping, or when the signal is not taken (the first process gets none by default).
  @Test("it ends at once when told to, while others end all the time", arguments: [SIGTERM, SIGINT])
  func endsUnderLoad(signal: Int32) throws {
    try withPause { child, pid in
      let script = "while true; do (true & true); done"
      let load = try (0..<3).map { _ in try Command("nsenter", ["-t", "\(pid)", "-p", "sh", "-c", script]).start() }
      Linux.sleep(milliseconds: 300)
      try sendSignal(signal, to: pid)
      #expect(eventually(within: 1) { !RunningProcess.isAlive(pid) })
      // With it everything in its namespace.
      for process in load { #expect(try process.wait(10).code == 128 + SIGKILL) }
      #expect(try child.wait().code == 0)
    }
  }

  @Test("other signals do nothing to it")
  func otherSignals() throws {
    try withPause { child, pid in
      for signal in [SIGHUP, SIGUSR1, SIGCHLD, SIGQUIT] { try sendSignal(signal, to: pid) }
      Linux.sleep(milliseconds: 100)
      #expect(RunningProcess.isAlive(pid))
      try sendSignal(SIGTERM, to: pid)
      #expect(try child.wait().code == 0)
    }
  }

  @Test("waiting takes next to no memory, one thread and no open file but its signals'")
  func memory() throws {
    try withPause { child, pid in
      let rollup = Host.lines(of: "/proc/\(pid)/smaps_rollup")
      let kilobytes = rollup.first { $0.hasPrefix("Rss:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      #expect(try #require(kilobytes) < 200, "\(rollup)")
      #expect(Host.names(in: "/proc/\(pid)/task").count == 1)
      #expect(Host.names(in: "/proc/\(pid)/fd").count == 4)
      child.send(SIGKILL)
      try child.wait()
    }
  }
}
