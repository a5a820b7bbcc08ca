// Results of every version, and the texts of addresses.

import Testing

@testable import ContainerNetwork

@Suite("Results")
struct ResultTests {
  private func read(_ text: String, _ version: CNIVersion = .v100) throws -> NetworkResult {
    try NetworkResult(parsing: [UInt8](text.utf8), version: version, plugin: "p")
  }

  @Test("versions from 0.3.0 on: devices, addresses, routes, name servers; only the pod's own addresses are its")
  func current() throws {
    for version in ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"] {
      let result = try read(
        #"""
        {"cniVersion":"\#(version)",
         "interfaces":[{"name":"cni0","mac":"02:00:00:00:00:01"},{"name":"eth0","sandbox":"/run/netns/p","mtu":1500}],
         "ips":[{"version":"4","address":"10.1.0.5/16","gateway":"10.1.0.1","interface":1},
          {"address":"fd00::5/64","interface":1},{"address":"10.1.0.1/16","interface":0},{"address":"192.0.2.9/32"}],
         "routes":[{"dst":"0.0.0.0/0","gw":"10.1.0.1","mtu":1400},{"dst":"::/0"}],
         "dns":{"nameservers":["10.1.0.1"],"domain":"a","search":["b","c"],"options":["d"]}}
        """#)
      #expect(result.interfaces.map(\.name) == ["cni0", "eth0"] && result.interfaces[1].sandbox == "/run/netns/p")
      #expect(result.podAddresses.map(\.description) == ["10.1.0.5", "fd00::5", "192.0.2.9"])
      #expect(result.addresses[0].gateway == IPAddress("10.1.0.1") && result.addresses[1].prefixLength == 64)
      #expect(result.routes.map(\.destination) == ["0.0.0.0/0", "::/0"])
      #expect(result.dns == NameServers(servers: ["10.1.0.1"], searches: ["b", "c"], options: ["d"]))
      #expect(result.document["routes"]?.list?[0]["mtu"] == 1400)
    }
  }

  @Test("versions before 0.3.0: one address of each family, with its routes")
  func old() throws {
    for (version, given) in [("0.1.0", CNIVersion.v020), ("0.2.0", .v020), ("", .v010)] {
      let result = try read(
        #"""
        {"cniVersion":"\#(version)","ip4":{"ip":"10.1.0.5/16","gateway":"10.1.0.1","routes":[{"dst":"0.0.0.0/0"}]},
         "ip6":{"ip":"fd00::5/64"},"dns":{"domain":"a"}}
        """#, given)
      #expect(result.podAddresses.map(\.description) == ["10.1.0.5", "fd00::5"])
      #expect(result.routes.map(\.destination) == ["0.0.0.0/0"] && result.dns.searches == ["a"])
    }
  }

  @Test(
    "an address has one text",
    arguments: [
      ("10.0.0.1", "10.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
      ("::1", "::1"), ("1::", "1::"), ("FD00:0:0:0:0:0:0:5", "fd00::5"), ("fd00::0:5", "fd00::5"),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
      ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
  func address(text: String, written: String) throws {
    #expect(try #require(IPAddress(text)).description == written)
  }

  @Test(
    "what is no address",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "1.2.3.4 ", " 1.2.3.4",
      "1.2.3.4/8",
      ":", ":::", "1:::2", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "12345::", "g::",
      "::1%eth0",
      "1.2.3.4::", "::1.2.3", "+1::", "::+1", "localhost",
    ])
  func noAddress(text: String) {
    #expect(IPAddress(text) == nil)
  }
}
