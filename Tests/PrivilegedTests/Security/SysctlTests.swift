// A16: kernel parameters that would reach the host (CVE-2022-0811).

import Foundation
import Testing

@Suite("A16: kernel parameters", .serialized, .containers)
struct SysctlTests {
  /// Names and values that have to be refused, each for what it smuggles.
  private static let bad: [(String, String)] = {
    let target = "kernel.core_pattern"
    var rows = [
      target, "kernel/core_pattern", "kernel.core_pattern ", " kernel.core_pattern", "kernel..core_pattern",
      ".kernel.core_pattern", "/kernel/core_pattern", "kernel.core_pattern.", "kernel/../kernel/core_pattern",
      "net.ipv4.ip_forward\nkernel.core_pattern", "net/../kernel/core_pattern", "net.../kernel/core_pattern",
      "net/ipv4/../../kernel/core_pattern", "fs/mqueue/../../kernel/core_pattern", "fs.mqueue.//.//kernel.core_pattern",
      "kernel.shm_rmid_forced/../core_pattern", "kernel/shm_rmid_forced/../core_pattern", "kernel.msgmax\u{0}",
      "net.ipv4.ip_forward+kernel.core_pattern", "../kernel/core_pattern", "net", "net/", "net.", "net/.", "net/..",
      "", ".", "/", "..", "sys/kernel/core_pattern", "proc/sys/kernel/core_pattern", "/proc/sys/kernel/core_pattern",
      "kernel.sysrq", "kernel.modprobe", "kernel.hotplug", "kernel.yama.ptrace_scope", "kernel.pid_max",
      "kernel.randomize_va_space", "kernel.hostname", "kernel.panic", "kernel.sched_rt_runtime_us",
      "vm.overcommit_memory",
      "vm.drop_caches", "fs.file-max", "fs.suid_dumpable", "fs.protected_symlinks", "dev.raid.speed_limit_min",
      "debug.exception-trace", "user.max_user_namespaces", "Kernel.shm_rmid_forced", "kernel.ShmMax",
      "kernel.shmmaxx", "kernel.sem.x", "kernel.msg\u{301}max", "n\u{435}t.ipv4.ip_forward", "abi.vsyscall32",
      "net.ipv4.ip_forward\t", "fs.mqueue", "fs/mqueue/.", "kernel.core_uses_pid", "kernel.unprivileged_bpf_disabled",
    ].map { ($0, "1") }
    rows += [
      ("kernel.shm_rmid_forced", "1\nkernel.core_pattern=|/evil"), ("kernel.shm_rmid_forced", "1\u{0}"),
      ("net.ipv4.ip_forward", "1\n"), ("kernel.domainname", "a\nb"), ("net.ipv4.ip_forward", "\n1"),
    ]
    return rows
  }()

  // Red when a name is joined to "/proc/sys/" after a look at its beginning only, or when a value may hold a newline.
  @Test("of 60 and more smuggled names and values none is written, and the host stays as it is", .needs(.apus))
  func smuggled() throws {
    try onScene { scene in
      let before = try HostTree.settings()
      let bundle = try scene.bundle()
      #expect(Self.bad.count >= 60)
      for (name, value) in Self.bad {
        let outcome = try scene.container(bundle) { $0.linux["sysctl"] = .object([name: .string(value)]) }.run()
        #expect(outcome.code == 1 && outcome.errors != "", "'\(name)' = '\(value)': \(outcome)")
      }
      let changes = try HostTree.changes(of: before)
      #expect(changes == [])
    }
  }

  // Red when a parameter is allowed without the namespace that it belongs to.
  @Test(
    "a parameter of a namespace that the container shares with the host is refused", .needs(.apus),
    arguments: [
      ("network", "net.ipv4.ip_forward"), ("ipc", "kernel.shmmax"), ("ipc", "fs.mqueue.msg_max"),
      ("uts", "kernel.domainname"),
    ])
  func sharedNamespace(kind: String, name: String) throws {
    try onScene { scene in
      let before = try HostTree.settings()
      let own = "/proc/self/ns/" + (kind == "network" ? "net" : kind)
      for path in [nil, "/proc/1/ns/" + (own as NSString).lastPathComponent, own] {
        let outcome = try scene.container(scene.bundle()) {
          if kind == "uts" { $0.hostname = nil }
          $0.linux.namespaces.array.removeAll { $0.type == .string(kind) }
          if let path { $0.linux.namespaces.array.append(["type": .string(kind), "path": .string(path)]) }
          $0.linux["sysctl"] = .object([name: "7"])
        }.run()
        #expect(outcome.code == 1, "\(path ?? "none"): \(outcome)")
      }
      let changes = try HostTree.changes(of: before)
      #expect(changes == [])
    }
  }

  @Test("what belongs to the container is set inside, in both spellings, and not outside")
  func good() throws {
    try onScene { scene in
      let before = try HostTree.settings()
      let outcome = try scene.run(
        "cd /proc/sys; cat kernel/shm_rmid_forced kernel/msgmax net/ipv4/ip_forward fs/mqueue/msg_max kernel/domainname"
      ) {
        $0.linux["sysctl"] = [
          "kernel.shm_rmid_forced": "1", "kernel/msgmax": "4242", "net.ipv4.ip_forward": "1", "fs.mqueue.msg_max": "11",
          "kernel.domainname": "inside.example",
        ]
      }
      #expect(outcome.output == "1\n4242\n1\n11\ninside.example\n", "\(outcome)")
      let changes = try HostTree.changes(of: before)
      #expect(changes == [])
    }
  }
}
