// A pod's resolv.conf, hosts and hostname.

import Foundation
import ContainerNetwork
import Testing

@Suite("Files of a pod")
struct PodFileTests {
  @Test("servers, searches and options become lines; nothing asked for means the network's, or the host's file")
  func resolver() throws {
    let asked = NameServers(
      servers: ["10.96.0.10", "fd00::a"], searches: ["a.local", "b"], options: ["ndots:5", "edns0"])
    let lines = "search a.local b\nnameserver 10.96.0.10\nnameserver fd00::a\noptions ndots:5 edns0\n"
    #expect(try ResolverFile.text(asked, network: NameServers(servers: ["192.0.2.1"]), host: "host") == lines)
    let network = NameServers(servers: ["192.0.2.1"])
    #expect(try ResolverFile.text(NameServers(), network: network, host: "host") == "nameserver 192.0.2.1\n")
    #expect(
      try ResolverFile.text(NameServers(), host: "# host\nnameserver 1.2.3.4\n") == "# host\nnameserver 1.2.3.4\n")
    #expect(try ResolverFile.text(NameServers(), host: nil) == "")
    #expect(try ResolverFile.text(NameServers(options: ["ndots:1"]), host: "host") == "options ndots:1\n")
    #expect(try ResolverFile.text(NameServers(servers: ["fe80::1%eth0"])) == "nameserver fe80::1%eth0\n")
  }

  // Red when a text of the request can begin a line of its own.
  @Test(
    "what would begin another word or line is refused",
    arguments: [
      NameServers(servers: ["1.2.3.4\nnameserver 6.6.6.6"]), NameServers(servers: ["1.2.3.4 "]),
      NameServers(servers: ["dns.example"]), NameServers(servers: [""]), NameServers(servers: ["1.2.3"]),
      NameServers(servers: ["fe80::1%"]), NameServers(servers: ["fe80::1%a\nb"]), NameServers(searches: ["a b"]),
      NameServers(searches: ["a\nnameserver 6.6.6.6"]), NameServers(searches: [""]), NameServers(options: ["a\tb"]),
      NameServers(options: ["a\r"]), NameServers(options: ["a\u{0}"]),
    ])
  func smuggled(dns: NameServers) {
    #expect(throws: NetworkError.self) { _ = try ResolverFile.text(dns) }
  }

  @Test("hosts has the loopback names, and the pod's own name at each of its addresses")
  func hosts() throws {
    let addresses = ["10.1.2.3", "fd00::7"].compactMap(IPAddress.init)
    let text = HostsFile.text(hostName: "web", addresses: addresses)
    #expect(text.hasPrefix("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"))
    #expect(text.hasSuffix("ff02::2\tip6-allrouters\n10.1.2.3\tweb\nfd00::7\tweb\n"), "\(text)")
    #expect(HostsFile.text(hostName: "", addresses: addresses).hasSuffix("ff02::2\tip6-allrouters\n"))
  }

  @Test("a host name is plain and of 64 bytes at most")
  func hostName() throws {
    for name in ["web", "a.b-c_D9", String(repeating: "a", count: 64), ""] { try PodHostName.check(name) }
    for name in ["a b", "a\nb", "é", "a/b", String(repeating: "a", count: 65), "a\u{0}"] {
      #expect(throws: NetworkError.self) { try PodHostName.check(name) }
    }
  }

  @Test("files are written in place, readable by all, and never through a link")
  func written() throws {
    let folder = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "/pod-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = FileManager.default
    try PodFiles(resolver: "first, longer\n", hosts: "h\n", hostName: "web").write(in: folder)
    let before = try files.attributesOfItem(atPath: folder + "/resolv.conf")
    try PodFiles(resolver: "second\n", hosts: "h\n", hostName: "web").write(in: folder)
    let after = try files.attributesOfItem(atPath: folder + "/resolv.conf")
    #expect(after[.systemFileNumber] as? UInt64 == before[.systemFileNumber] as? UInt64)
    #expect(after[.posixPermissions] as? Int == 0o644)
    let texts = try ["resolv.conf", "hosts", "hostname"].map {
      try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)
    }
    #expect(texts == ["second\n", "h\n", "web\n"])
    try files.removeItem(atPath: folder + "/hosts")
    try files.createSymbolicLink(atPath: folder + "/hosts", withDestinationPath: folder + "/elsewhere")
    #expect(throws: NetworkError.self) {
      try PodFiles(resolver: "", hosts: "h\n", hostName: "web").write(in: folder)
    }
    #expect(!files.fileExists(atPath: folder + "/elsewhere"))
  }
}
