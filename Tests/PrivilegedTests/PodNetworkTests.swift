// Pods on the bridge network that ships, by Debian's plugins.

import Foundation
import Linux
import ContainerNetwork
import Testing

extension Trait where Self == ConditionTrait {
  static var podNetworks: ConditionTrait {
    .needs(.root, .busybox, .virtualDevices, .program("nsenter"), .program("iptables-save"), .cniPlugins)
  }
}

@Suite("Pod networks", .serialized, .pause, .podNetworks)
struct PodNetworkTests {
  @Test("two pods talk to each other and to their host, and have what plugins were told")
  func twoPods() async throws {
    try await onPodNetworkHost { host in
      let (one, two) = (try host.makePod("one"), try host.makePod("two"))
      let addresses = [try await one.attach().podAddresses, try await two.attach().podAddresses]
      let four = try addresses.map { try #require($0.first { !$0.isIPv6 }).description }
      #expect(four[0].hasPrefix("10.86.0.") && four[1].hasPrefix("10.86.0.") && four[0] != four[1])
      let server = try two.serve("from two")
      defer { server.send(9) }
      #expect(eventually { one.page(four[1]) == "from two" })
      #expect(host.page(four[1]) == "from two")
      // A new address is not used before its duplicates were looked for.
      if let six = addresses[1].first(where: \.isIPv6)?.description {
        #expect(eventually(within: 10) { one.page(six) == "from two" })
      }
      let devices = try one.command("ip", "-brief", "link").run().output
      #expect(devices.contains("lo ") && devices.contains("eth0@") && devices.contains("LOOPBACK,UP"), "\(devices)")
      #expect(try one.command("ip", "route").run().output.contains("default via 10.86.0.1 dev eth0"))
      for pod in [one, two] { #expect(try await pod.detach() == []) }
    }
  }

  @Test("a port of the host leads to a pod, from the host's loopback and from its bridge")
  func hostPort() async throws {
    try await onPodNetworkHost { host in
      let before = try host.rules()
      let pod = try host.makePod("web")
      var capabilities = CapabilityArguments()
      capabilities.portMappings = [PortMapping(hostPort: 8086, containerPort: 80)]
      try await pod.attach(capabilities)
      let server = try pod.serve("through the port")
      defer { server.send(9) }
      for address in ["127.0.0.1", "10.86.0.1"] {
        #expect(eventually { host.page(address, 8086) == "through the port" }, "\(address)")
      }
      #expect(try host.rules().contains { $0.contains("--dport 8086") })
      #expect(try await pod.detach() == [])
      #expect(try host.rules() == before)
      #expect(host.page("127.0.0.1", 8086) == nil)
    }
  }

  @Test("DEL leaves nothing: no device, lease, rule, record; a second one is no error")
  func nothingLeft() async throws {
    try await onPodNetworkHost { host in
      let rules = try host.rules()
      let pod = try host.makePod("one")
      let result = try await pod.attach()
      #expect(try await host.networks.result(sandboxID: pod.id) == result)
      #expect(host.leases.count == result.podAddresses.count)
      #expect(try host.run("ip", "-brief", "link").output.contains("veth"))
      #expect(Host.names(in: host.settings.cacheFolder) == ["apus-bridge:\(pod.id):eth0"])
      for _ in 0..<2 { #expect(try await pod.detach() == []) }
      #expect(host.leases == [] && Host.names(in: host.settings.cacheFolder) == [])
      #expect(try !host.run("ip", "-brief", "link").output.contains("veth"))
      #expect(try host.rules() == rules)
      #expect(try await host.networks.result(sandboxID: pod.id) == nil)
      #expect(try !pod.command("ip", "-brief", "link").run().output.contains("eth0"))
    }
  }

  @Test(
    "pods are detached though their namespace, the configuration and the daemon are gone",
    arguments: ["namespace", "namespace and configuration", "daemon"])
  func goneThings(what: String) async throws {
    try await onPodNetworkHost { host in
      let pod = try host.makePod("one")
      var capabilities = CapabilityArguments()
      capabilities.portMappings = [PortMapping(hostPort: 8087, containerPort: 80)]
      let rules = try host.rules()
      try await pod.attach(capabilities)
      if what.contains("namespace") { try NetworkNamespace(pod.namespace).remove() }
      if what.contains("configuration") {
        try FileManager.default.removeItem(atPath: host.settings.configurationFolder + "/10-apus.conflist")
        #expect(eventually { !host.networks.readiness.isReady })
      }
      let networks = what == "daemon" ? try PodNetworks(host.settings) : host.networks
      #expect(try await networks.detach(sandboxID: pod.id) == [])
      #expect(host.leases == [] && Host.names(in: host.settings.cacheFolder) == [])
      // Debian's bridge 1.1.1 keeps its rules of masquerading when the namespace is gone: it asks its device for them.
      let left = Set(try host.rules()).subtracting(rules)
      #expect(left.allSatisfy { what != "daemon" && !$0.contains("8087") && !$0.contains("CNI-DN") }, "\(left)")
      #expect(eventually { (try? host.run("ip", "-brief", "link").output.contains("veth")) == false })
    }
  }

  @Test("what a failed plugin's forerunners did is undone")
  func failedChain() async throws {
    try await onPodNetworkHost { host in
      let answers = """
        case $CNI_COMMAND in
        VERSION) echo '{"supportedVersions":["1.0.0"]}' ;;
        ADD) echo '{"code":100,"msg":"out of order"}'; exit 1 ;;
        esac
        """
      try PodNetworkHost.write(host.scene.folder + "/bin/broken", "#!/bin/sh\n\(answers)\n", mode: 0o755)
      let file = host.settings.configurationFolder + "/10-apus.conflist"
      var config = try JSON(text: try #require(Host.read(file)))
      config["plugins"].array.append(["type": "broken"])
      config["name"] = "broken"
      try PodNetworkHost.write(file, config.text)
      let isRead = eventually(within: 20) { host.networks.readiness == .ready(network: "broken") }
      #expect(isRead, "\(host.networks.problems)")
      let pod = try host.makePod("one")
      let error = await #expect(throws: NetworkError.self) { try await pod.attach() }
      let expected = "attaching pod 'tests/\(pod.id)' to network 'broken': plugin 'broken': ADD: out of order"
      #expect(error?.message == expected)
      #expect(host.leases == [] && Host.names(in: host.settings.cacheFolder) == [])
      #expect(try !host.run("ip", "-brief", "link").output.contains("veth"))
    }
  }

  @Test("twenty pods at once have addresses of their own, and are gone again")
  func many() async throws {
    try await onPodNetworkHost { host in
      let pods = try (0..<20).map { try host.makePod("\($0)") }
      let networks = host.networks
      let found = try await withThrowingTaskGroup(of: NetworkResult.self) { group in
        for pod in pods {
          let (identity, namespace) = (pod.identity, pod.namespace)
          group.addTask { try await networks.attach(identity, namespace: namespace) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let addresses = found.flatMap(\.podAddresses)
      #expect(Set(addresses).count == addresses.count && found.count == 20)
      // A collection of garbage takes away all but one, and another leaves that one alone.
      let kept = pods[0].id
      for _ in 0..<2 { #expect(try await networks.collectGarbage { [kept] } == []) }
      #expect(host.leases.count == found[0].podAddresses.count)
      #expect(Host.names(in: host.settings.cacheFolder) == ["apus-bridge:\(kept):eth0"])
      try await pods[0].detach()
      #expect(host.leases == [])
    }
  }

  // Debian's portmap 1.1.1 fails its CHECK in a pod without IPv6: it is left out.
  @Test("CHECK is content with an attachment, and not after its address is gone")
  func check() async throws {
    try await onPodNetworkHost(change: { $0["plugins"].array.removeLast() }) { host in
      let pod = try host.makePod("one")
      try await pod.attach()
      try await host.networks.check(sandboxID: pod.id)
      try pod.command("ip", "address", "flush", "dev", "eth0").run().checked()
      await #expect(throws: NetworkError.self) { try await host.networks.check(sandboxID: pod.id) }
      try await pod.detach()
    }
  }
}
