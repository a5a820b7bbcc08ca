// The checks of kernel parameters.

import OCI
import Testing

@Suite("Kernel parameters")
struct SysctlValidationTests {
  static func said(_ key: String, _ value: String = "1", without kinds: [NamespaceKind] = []) -> String? {
    var spec = Spec.example(withCgroupNamespace: false)
    spec.hostname = ""
    spec.linux.namespaces.removeAll { kinds.contains($0.kind) }
    spec.linux.sysctl[key] = value
    let changed = spec
    return refusal { () throws(SpecError) in try changed.validate() }
  }

  @Test(
    "a parameter of a namespace that the container has is allowed, in both spellings",
    arguments: [
      "net.ipv4.ip_forward", "net/ipv4/ip_forward", "net.ipv4.conf.eth0/1.forwarding",
      "net/ipv4/conf/eth0.1/forwarding",
      "kernel.shmmax", "kernel/shmmax", "kernel.msgmax", "kernel.sem", "kernel.shm_rmid_forced", "fs.mqueue.msg_max",
      "fs/mqueue/msg_max", "kernel.domainname",
    ])
  func allowed(key: String) {
    #expect(Self.said(key) == nil)
  }

  @Test(
    "a parameter of a namespace that the container lacks is refused",
    arguments: [
      ("net.core.somaxconn", NamespaceKind.network, "not allowed in host network namespace"),
      ("kernel.shmmax", .ipc, "is not allowed in the hosts ipc namespace"),
      ("fs.mqueue.msg_max", .ipc, "is not allowed in the hosts ipc namespace"),
      ("kernel.domainname", .uts, "is not in a separate kernel namespace"),
      ("kernel.hostname", .uts, "is not in a separate kernel namespace"),
      ("user.max_user_namespaces", .user, "setting ucounts without a user namespace not allowed"),
    ])
  func foreign(key: String, kind: NamespaceKind, phrase: String) throws {
    #expect(try #require(Self.said(key, without: [kind])).contains(phrase))
  }

  @Test("the host name has a field of its own")
  func hostName() {
    #expect(
      Self.said("kernel/hostname")
        == #"linux.sysctl."kernel/hostname": sysctl "kernel/hostname" is not allowed as it conflicts with the OCI "#
        + #""hostname" field"#)
  }

  /// A16: what smuggles another parameter past the list of names.
  @Test(
    "a name that is not exactly one of the list is refused",
    arguments: [
      "kernel.core_pattern", "kernel/core_pattern", "vm.swappiness", "fs.file-max", "kernel.shm", "kernel.shmmax.x",
      "kernel.shmmaxx", "kernel.sem/", "kernel.sem.", "KERNEL.SHMMAX", "kernel.shm*", "kernel.msgmax2",
      "abi.vsyscall32",
      "net", "net.", "net/", "net..", "net.ipv4..ip_forward", "net/../kernel/core_pattern", "net/./ipv4/ip_forward",
      "net/ipv4/../../kernel/core_pattern", "net.//.//kernel/core_pattern", "net./.kernel", "net.x/../../kernel",
      ".net.ipv4.ip_forward", "/net/ipv4/ip_forward", "../net/x", "/proc/sys/kernel/core_pattern", "", ".", "..", "/",
      "fs.mqueue", "fs.mqueue.", "fs/mqueue/../file-max", "fs.mqueue.//.//.file-max", "net.ipv4.ip forward",
      "net.ipv4.ip_forward\n", "net.ipv4.\nkernel.core_pattern", "net.a=kernel.core_pattern", "user.max_net_namespaces",
      "net/ipv4/conf/..", "network.x", "net\u{0}x", "kernel.shmmax+", "dev.cdrom.info", "debug.x", "sunrpc.x",
    ])
  func smuggling(key: String) {
    let said = Self.said(key)
    let isPlainNetwork = key == "net.a=kernel.core_pattern"
    #expect((said == nil) == isPlainNetwork, "\(said ?? "accepted")")
  }

  @Test("a value is one line", arguments: ["1\n", "1\nkernel.core_pattern=|/x", "\u{0}", "1\u{0}", "a\rb"])
  func values(value: String) {
    #expect(
      Self.said("net.ipv4.ip_forward", value)
        == #"linux.sysctl."net.ipv4.ip_forward": the value is not one line"#)
  }

  @Test("a value may hold what a parameter wants", arguments: ["", "4096 87380 6291456", "1+2", "|x"])
  func goodValues(value: String) {
    #expect(Self.said("net.ipv4.tcp_rmem", value) == nil)
  }

  @Test("network parameters are known as such, in both spellings")
  func networkParameters() {
    var settings = LinuxSettings()
    #expect(!settings.setsNetworkParameters)
    settings.sysctl["kernel.sem"] = "1"
    #expect(!settings.setsNetworkParameters)
    settings.sysctl["net/core/somaxconn"] = "1"
    #expect(settings.setsNetworkParameters)
  }
}
