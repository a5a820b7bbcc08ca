// Which kernel parameters a pod may set, and to what.

import OCI
import Testing

@Suite("A pod's kernel parameters")
struct KernelParameterTests {
  private func refusal(_ name: String, _ value: String = "1") -> String? {
    do {
      _ = try KernelParameter(name, value)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("those of the network and IPC namespaces are allowed, in both spellings")
  func allowed() throws {
    for (name, path, kind) in [
      ("net.ipv4.ip_forward", "net/ipv4/ip_forward", NamespaceKind.network),
      ("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding", .network),
      ("kernel.shmmax", "kernel/shmmax", .ipc), ("kernel/msgmax", "kernel/msgmax", .ipc),
      ("kernel.sem", "kernel/sem", .ipc), ("kernel.shm_rmid_forced", "kernel/shm_rmid_forced", .ipc),
      ("fs.mqueue.msg_max", "fs/mqueue/msg_max", .ipc),
    ] {
      let parameter = try KernelParameter(name, "1")
      #expect(parameter.path == path && parameter.namespace == kind)
    }
  }

  // Red when a name is only held against a prefix, or is not brought into one form before (CVE-2022-0811).
  @Test(
    "names that lead elsewhere are refused",
    arguments: [
      "kernel.core_pattern", "kernel/core_pattern", "kernel.hostname", "kernel.domainname", "kernel.shm",
      "kernel.shmmax2",
      "kernel.shmmax.x", "kernel.msg", "kernel.semx", "kernel.sem_next_id", "fs.mqueue", "fs.mqueue.", "fs.mqueue.x",
      "fs.mqueue../../kernel/core_pattern", "fs.file-max", "vm.swappiness", "user.max_user_namespaces", "net", "net.",
      "net..", "net.ipv4..ip_forward", "net/../kernel/core_pattern", "net/ipv4/../../kernel/core_pattern", "net/./ipv4",
      "net.ipv4/../../kernel/core_pattern", "/net/ipv4/ip_forward", ".net.ipv4.ip_forward", "net/ipv4/", "net//ipv4",
      "net.ipv4.ip_forward\nkernel.core_pattern", "net.ipv4.ip_forward ", " net.ipv4.ip_forward", "net.ipv4.\0",
      "net\tipv4", "", ".", "/", "..", "NET.ipv4.ip_forward", "kernel.shmmax=1+kernel.core_pattern",
    ])
  func names(name: String) {
    #expect(refusal(name) != nil)
  }

  // Red when a value may hold what begins another parameter, line or file.
  @Test(
    "values that are not one plain line are refused",
    arguments: [
      "", "\n", "1\n", "\n1", "1\n2", "1\nkernel.core_pattern=|/evil", "1\r", "1\r\n2", "\r1", "1\0", "\0", "1\0002",
      "\u{b}", "1\u{c}2", "\u{1b}[2J", "1\u{7f}", "\u{85}", "1\u{2028}2", "1\u{2029}2", "é", "\u{202e}1", "\u{1}",
      "\u{8}",
      String(repeating: "1", count: 4097),
    ])
  func values(value: String) {
    #expect(refusal("net.ipv4.ip_forward", value) == "the value is not one line of plain text")
  }

  // A joined form once let these through (CVE-2022-0811); here each is a value like any other, for the kernel to judge.
  @Test(
    "signs that separate nothing stay part of the value",
    arguments: [
      "1+kernel.core_pattern=|/evil", "1,2", "1;2", "1=2", "1 2\t3", "-1", "1@2", "'1'", "$(id)", "`id`", "a|b", "%p",
    ])
  func plainValues(value: String) throws {
    #expect(try KernelParameter("net.ipv4.tcp_rmem", value).value == value)
    let assigned = try KernelParameter(assignment: "net.ipv4.tcp_rmem=" + value)
    #expect(assigned.value == value && assigned.path == "net/ipv4/tcp_rmem")
  }

  @Test("an assignment without a sign of equality is refused")
  func noValue() {
    #expect(throws: SpecError.self) { _ = try KernelParameter(assignment: "net.ipv4.ip_forward") }
    #expect(throws: SpecError.self) { _ = try KernelParameter(assignment: "=1") }
  }
}
