// Cgroups of the running kernel.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

/// Why these tests cannot run here; nil when they can.
private let obstacle: String? = {
  if effectiveUserID() != 0 { return "cgroups can only be made by root" }
  guard let layout = try? CgroupLayout.detect() else { return "the cgroup layout cannot be read" }
  if layout.kind == .v2 || layout.hierarchies.isEmpty { return "no v1 hierarchies are mounted" }
  if !FileManager.default.isWritableFile(atPath: layout.hierarchies[0].mountPoint) { return "cgroups are read-only" }
  return nil
}()

/// A cgroup of one test, below a parent of its own that `end` removes.
private final class Site {
  let cgroup: Cgroup
  let parent: String
  private var processes: [Foundation.Process] = []

  init(_ name: String, below: String = "") throws {
    parent = "apus-test-\(currentProcessID())-\(name)"
    let layout = try CgroupLayout.detect()
    cgroup = try Cgroup(cgroupsPath: "/\(parent)\(below)/box", id: "x", layout: layout)
  }

  func path(_ controller: String, _ file: String) -> String {
    (cgroup.directory(of: controller)?.absolutePath ?? "/none") + "/" + file
  }

  func text(_ controller: String, _ file: String) -> String? {
    (try? String(contentsOfFile: path(controller, file), encoding: .utf8))?.trimmingCharacters(in: .newlines)
  }

  /// Starts a shell in the cgroup, which is there when this returns.
  func start(_ command: String = "exec sleep 1000", sub: String = "") throws {
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let files = cgroup.directories.map { $0.absolutePath + sub + ($0.isUnified ? "/cgroup.procs" : "/tasks") }
    process.arguments = ["-c", "for f; do echo 0 >$f || exit 1; done; echo in; " + command, "sh"] + files
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    processes.append(process)
    #expect(output.fileHandleForReading.availableData.starts(with: Data("in".utf8)))
  }

  /// The letter of a process's state.
  static func state(_ pid: Int32) throws -> String {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return String(text.drop { $0 != ")" }.dropFirst(2).prefix(1))
  }

  var isMade: [Bool] { cgroup.directories.map { FileManager.default.fileExists(atPath: $0.absolutePath) } }

  func end() throws {
    try cgroup.signalAll(Signal.kill)
    for process in processes { process.waitUntilExit() }
    try cgroup.remove()
    #expect(!isMade.contains(true), "removed")
    for directory in cgroup.directories {
      for path in CgroupPath.parents(of: directory.path).reversed() {
        try? Descriptor.workingDirectory.removeDirectory(directory.mountPoint + "/" + path)
      }
      #expect(!FileManager.default.fileExists(atPath: directory.mountPoint + "/" + parent))
    }
  }
}

@Suite(
  "Cgroups of the kernel", .serialized,
  .disabled(if: obstacle != nil, Comment(rawValue: obstacle ?? "")))
struct CgroupKernelTests {
  private func create(
    _ cgroup: Cgroup, _ change: (inout Resources) -> Void = { _ in }
  ) throws -> CgroupEntrance {
    var resources = Resources()
    change(&resources)
    var copy = cgroup
    let entrance = try copy.create(try limitWrites(resources, kind: copy.kind, purpose: .create(devices: [])))
    #expect(copy == cgroup)
    return entrance
  }

  @Test("limits are in force before anybody is in, in directories of every hierarchy")
  func limits() throws {
    let site = try Site("limits")
    _ = try create(site.cgroup) {
      $0.memory.limit = 64 << 20
      $0.memory.reservation = 32 << 20
      $0.pids.limit = 7
      $0.cpu.shares = 300
      $0.cpu.quota = 20_000
      $0.cpu.period = 40_000
      $0.cpu.cpus = "0"
      $0.blockIO.throttleReadBpsDevice = []
    }
    #expect(!site.isMade.contains(false))
    #expect(site.text("memory", "memory.limit_in_bytes") == "67108864")
    #expect(site.text("memory", "memory.soft_limit_in_bytes") == "33554432")
    #expect(site.text("pids", "pids.max") == "7")
    #expect(site.text("cpu", "cpu.shares") == "300")
    #expect(site.text("cpu", "cpu.cfs_quota_us") == "20000")
    #expect(site.text("cpu", "cpu.cfs_period_us") == "40000")
    #expect(site.text("cpuset", "cpuset.cpus") == "0")
    #expect(site.text("cpuset", "cpuset.mems")?.isEmpty == false)
    let devices = try #require(site.text("devices", "devices.list"))
    #expect(devices.contains("c 1:3 rwm") && !devices.contains("a *:*"))
    try site.end()
  }

  @Test("a thread that enters is in every v1 hierarchy")
  func enter() throws {
    let site = try Site("enter")
    try create(site.cgroup).enter()
    let cgroups = try String(contentsOfFile: "/proc/thread-self/cgroup", encoding: .utf8)
    for hierarchy in try CgroupLayout.detect().hierarchies where !hierarchy.isUnified {
      let file = hierarchy.mountPoint + "/" + hierarchy.own + "/tasks"
      try Descriptor.workingDirectory.writeFile(file, "0")
    }
    for directory in site.cgroup.directories where !directory.isUnified {
      let line = ":" + directory.controllers.joined(separator: ",") + ":/" + directory.path
      #expect(cgroups.contains(line), "\(line)")
    }
    try site.end()
  }

  @Test("a process is born in the v2 tree, seen, and killed there")
  func born() throws {
    let site = try Site("born")
    let entrance = try create(site.cgroup)
    guard let unified = site.cgroup.unifiedDirectory, let number = entrance.unifiedNumber else { return try site.end() }
    let clone = try Linux.clone(CloneOptions(cgroup: number))
    if clone.isChild {
      // Nothing but sleeps: the memory is a copy of a process with threads.
      while true { Linux.sleep(milliseconds: 1000) }
    }
    let procs = try String(contentsOfFile: unified.absolutePath + "/cgroup.procs", encoding: .utf8)
    #expect(procs == "\(clone.pid)\n")
    #expect(try !site.cgroup.waitUntilEmpty(timeoutMilliseconds: 1))
    try site.cgroup.signalAll(Signal.kill)
    #expect(try clone.pidfd.waitForExit() == .signaled(Signal.kill))
    #expect(try site.cgroup.waitUntilEmpty(timeoutMilliseconds: 1000))
    try site.end()
  }

  @Test("frozen processes stand still, are told apart from running ones, and can be killed")
  func freeze() throws {
    let site = try Site("freeze")
    _ = try create(site.cgroup)
    try site.start("while :; do :; done")
    #expect(try !site.cgroup.isFrozen())
    try site.cgroup.freeze()
    #expect(try site.cgroup.isFrozen())
    #expect(site.text("freezer", "freezer.state") == "FROZEN")
    try site.cgroup.thaw()
    #expect(try !site.cgroup.isFrozen())
    try site.cgroup.freeze()
    try site.end()
  }

  @Test("signals reach all processes, also those in cgroups below")
  func signals() throws {
    let site = try Site("signals")
    _ = try create(site.cgroup)
    for directory in site.cgroup.directories {
      try Descriptor.workingDirectory.makeDirectory(directory.absolutePath + "/sub", mode: 0o755)
      let values = ["cpuset.cpus", "cpuset.mems"].map { (site.path("cpuset", $0), site.path("cpuset", "sub/" + $0)) }
      for (from, to) in values where directory.controllers.contains("cpuset") {
        try Descriptor.workingDirectory.writeFile(to, String(contentsOfFile: from, encoding: .utf8))
      }
    }
    try site.start()
    try site.start(sub: "/sub")
    #expect(try site.cgroup.processes().count == 2)
    // A signal that nobody can block, as test runners do with others.
    let stop: Int32 = 19
    try site.cgroup.signalAll(stop)
    #expect(try !site.cgroup.isFrozen())
    for pid in try site.cgroup.processes() {
      for _ in 0..<100 where try Site.state(pid) != "T" { Linux.sleep(milliseconds: 10) }
      #expect(try Site.state(pid) == "T")
    }
    try Descriptor.workingDirectory.writeFile(site.path("freezer", "sub/freezer.state"), "FROZEN")
    try site.end()
  }

  @Test("an existing cgroup is taken over when it is empty, refused when it is in use or frozen, and left as it was")
  func existing() throws {
    let site = try Site("existing")
    _ = try create(site.cgroup)
    _ = try create(site.cgroup) { $0.pids.limit = 5 }
    try site.start()
    #expect(throws: RuntimeError.wrongStatus("container's cgroup is not empty: 1 process(es) found")) {
      _ = try create(site.cgroup) { $0.pids.limit = 6 }
    }
    #expect(site.text("pids", "pids.max") == "5")
    try site.cgroup.signalAll(Signal.kill)
    #expect(try site.cgroup.waitUntilEmpty(timeoutMilliseconds: 5000))
    try Descriptor.workingDirectory.writeFile(site.path("freezer", "freezer.state"), "FROZEN")
    #expect(throws: RuntimeError.wrongStatus("container's cgroup unexpectedly frozen")) {
      _ = try create(site.cgroup) { $0.pids.limit = 6 }
    }
    #expect(site.text("pids", "pids.max") == "5")
    #expect(!site.isMade.contains(false))
    try site.cgroup.thaw()
    try site.end()
  }

  @Test("a limit that fails leaves nothing behind, and its message says what the kernel allows")
  func failure() throws {
    let site = try Site("failure", below: "/deep/er")
    #expect(throws: RuntimeError.invalidConfiguration("the minimum allowed cpu-shares is 2")) {
      _ = try create(site.cgroup) { $0.cpu.shares = 1 }
    }
    #expect(!site.isMade.contains(true))
    for directory in site.cgroup.directories {
      #expect(!FileManager.default.fileExists(atPath: directory.mountPoint + "/" + site.parent))
    }
    let message = "setting cpu.cfs_quota_us of the cgroup to '1': write '"
    do {
      _ = try create(site.cgroup) { $0.cpu.quota = 1 }
      Issue.record("a quota of 1 was taken")
    } catch let error as RuntimeError {
      #expect(error.message == message + site.path("cpu", "cpu.cfs_quota_us") + "': invalid argument")
    }
    try site.end()
  }

  @Test("a missing controller is an error for a limit, and none for the wish of no limit")
  func missing() throws {
    let site = try Site("missing")
    var cgroup = site.cgroup
    cgroup.directories.removeAll { $0.controllers.contains("pids") }
    #expect(throws: RuntimeError.self) { _ = try create(cgroup) { $0.pids.limit = 1 } }
    _ = try create(cgroup) { $0.pids.limit = -1 }
    cgroup.directories.removeAll { $0.has("devices") }
    #expect(throws: RuntimeError.self) { _ = try create(cgroup) }
    let rules = try limitWrites(Resources(), kind: cgroup.kind, purpose: .create(devices: []))
    _ = try cgroup.create(rules, .withoutDeviceRules)
    try site.end()
  }

  @Test("parents of a cpuset get the CPUs of the top, or those of the nearest parent that has some")
  func cpuset() throws {
    let site = try Site("cpuset", below: "/a/b")
    guard let directory = site.cgroup.directory(of: "cpuset") else { return }
    _ = try create(site.cgroup)
    let top = try String(contentsOfFile: directory.mountPoint + "/cpuset.cpus", encoding: .utf8)
    #expect(site.text("cpuset", "cpuset.cpus") == top.trimmingCharacters(in: .newlines))
    try site.cgroup.remove()
    try Descriptor.workingDirectory.writeFile(directory.mountPoint + "/\(site.parent)/a/b/cpuset.cpus", "0")
    _ = try create(site.cgroup)
    #expect(site.text("cpuset", "cpuset.cpus") == "0")
    try site.end()
  }

  @Test("memory and swap are raised and lowered in the order that the kernel wants")
  func update() throws {
    let site = try Site("update")
    let hasSwap = FileManager.default.fileExists(
      atPath: (try CgroupLayout.detect().hierarchies.first { $0.controllers.contains("memory") }?.mountPoint ?? "")
        + "/memory.memsw.limit_in_bytes")
    _ = try create(site.cgroup)
    for (limit, swap) in [(40, 60), (80, 120), (20, 30), (30, 30), (-1, -1), (10, 10)] as [(Int64, Int64)] {
      var resources = Resources()
      resources.memory.limit = limit < 0 ? -1 : limit << 20
      if hasSwap { resources.memory.swap = swap < 0 ? -1 : swap << 20 }
      try site.cgroup.update(resources)
      if limit > 0 { #expect(site.text("memory", "memory.limit_in_bytes") == String(limit << 20)) }
      if limit > 0 && hasSwap { #expect(site.text("memory", "memory.memsw.limit_in_bytes") == String(swap << 20)) }
    }
    var resources = Resources()
    resources.pids.limit = 3
    resources.cpu.period = 50_000
    resources.cpu.quota = 1_000
    try site.cgroup.update(resources)
    #expect(site.text("pids", "pids.max") == "3")
    try site.end()
  }

  @Test("a memory limit below what is in use is refused with both figures")
  func inUse() throws {
    let site = try Site("inuse")
    _ = try create(site.cgroup)
    try site.start("x=$(head -c 20000000 /dev/zero | tr '\\0' a); echo full; exec sleep 1000 <<end\n$x\nend")
    Linux.sleep(milliseconds: 500)
    var resources = Resources()
    resources.memory.limit = 1 << 20
    do {
      try site.cgroup.update(resources)
      // A host with swap can free the memory.
      #expect(site.text("memory", "memory.limit_in_bytes") == "1048576")
    } catch {
      #expect(error.message.hasPrefix("unable to set memory limit to 1048576 (current usage: "))
      #expect(error.message.hasSuffix("device or resource busy"))
    }
    try site.end()
  }

  @Test("a further process enters the container's cgroup or one below it, never one that is not there")
  func join() throws {
    let site = try Site("join")
    _ = try create(site.cgroup)
    let memory = try #require(site.cgroup.directory(of: "memory"))
    try Descriptor.workingDirectory.makeDirectory(memory.absolutePath + "/sub", mode: 0o755)
    #expect(try site.cgroup.open().numbers.count == site.cgroup.directories.count)
    #expect(try site.cgroup.open(SubCgroups(["memory:sub"])).numbers.count == site.cgroup.directories.count)
    #expect(throws: RuntimeError.usage("unknown controller whaaat in --cgroup")) {
      _ = try site.cgroup.open(SubCgroups(["whaaat:/"]))
    }
    do {
      _ = try site.cgroup.open(SubCgroups(["cpu:nonexistent"]))
      Issue.record("entered nothing")
    } catch {
      #expect(error.message.contains("error adding pid "))
      #expect(error.message.hasSuffix("nonexistent/tasks': no such file or directory"))
    }
    try site.end()
  }

  @Test("the limit on processes is noticed when it is reached")
  func pidsLimit() throws {
    let site = try Site("pids")
    _ = try create(site.cgroup) { $0.pids.limit = 1 }
    #expect(!site.cgroup.isPidsLimitReached())
    try site.start()
    #expect(site.cgroup.isPidsLimitReached())
    #expect(site.cgroup.outOfMemoryKills() == 0)
    try site.end()
  }

  @Test("removing twice is no error, and a cgroup in use is one")
  func removal() throws {
    let site = try Site("removal")
    _ = try create(site.cgroup)
    try site.cgroup.remove()
    try site.cgroup.remove()
    #expect(try site.cgroup.processes().isEmpty)
    #expect(try !site.cgroup.isFrozen())
    _ = try create(site.cgroup)
    try site.start()
    #expect(throws: RuntimeError.self) { try site.cgroup.remove() }
    try site.end()
  }
}
