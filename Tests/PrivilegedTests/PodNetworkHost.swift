// A host of a test's own for pod networks: a network namespace in which the plugins work.

import Foundation
import Linux
import ContainerNetwork
import Synchronization
import Testing

/// A network namespace that plays the host: bridge, addresses and firewall rules of a test are in it and end with it.
/// Plugins are real ones behind scripts that enter it first.
final class PodNetworkHost {
  static let plugins = "/usr/lib/cni"

  let scene: Scene
  let namespace: String
  let settings: NetworkSettings
  let networks: PodNetworks
  private let pods = Mutex<[String]>([])

  /// - Parameter change: to the network that ships.
  init(_ scene: Scene, change: (inout JSON) throws -> Void = { _ in }) throws {
    self.scene = scene
    namespace = try Self.makeNamespace(scene.name + "-host")
    try NetworkNamespace(namespace).bringUpLoopback()
    var settings = NetworkSettings()
    settings.configurationFolder = try scene.makeFolder("net.d")
    settings.pluginFolders = [try scene.makeFolder("bin")]
    settings.cacheFolder = scene.folder + "/cache"
    for name in Host.names(in: Self.plugins) {
      let script = "#!/bin/sh\nexec nsenter --net=\(namespace) \(Self.plugins)/\(name)\n"
      try Self.write(scene.folder + "/bin/" + name, script, mode: 0o755)
    }
    self.settings = settings
    networks = try PodNetworks(settings)
    var config = try JSON(text: try #require(Host.read(Host.repository + "etc/cni/net.d/10-apus-bridge.conflist")))
    config["plugins"].array[0]["ipam"]["dataDir"] = .string(scene.folder + "/leases")
    if !Host.exists("/proc/sys/net/ipv6") { config["plugins"].array[0]["ipam"]["ranges"].array.removeLast() }
    try change(&config)
    try Self.write(settings.configurationFolder + "/10-apus.conflist", config.text)
    try networks.start()
    #expect(eventually(within: 20) { networks.readiness.isReady }, "\(networks.readiness) \(networks.problems)")
  }

  static func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private static func makeNamespace(_ name: String) throws -> String {
    let path = "/run/netns/" + name
    try Pause.pin("--net=" + path, "-d", "/run").checked()
    return path
  }

  /// Makes the namespace of a pod.
  func makePod(_ name: String) throws -> Pod {
    let path = try Self.makeNamespace(scene.name + "-" + name)
    pods.withLock { $0.append(path) }
    return Pod(host: self, id: scene.name + "-" + name, namespace: path)
  }

  /// What a web server answers, asked from a namespace; nil when none does.
  static func page(_ address: String, _ port: Int, from namespace: String) -> String? {
    let script = "exec 3<>/dev/tcp/\(address)/\(port) && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && tail -n 1 <&3"
    let words = ["--net=" + namespace, "timeout", "5", "bash", "-c", script]
    guard let outcome = try? Command("nsenter", words).run(), outcome.succeeded else { return nil }
    return outcome.output
  }

  /// What a web server answers, asked from the host; nil when none does.
  func page(_ address: String, _ port: Int = 80) -> String? { Self.page(address, port, from: namespace) }

  /// Runs a program in the namespace of the host.
  func run(_ words: String...) throws -> Outcome { try Command("nsenter", ["--net=" + namespace] + words).run() }

  /// The firewall rules, without the base chains that portmap leaves for good.
  func rules() throws -> [String] {
    try ["iptables-save", "ip6tables-save"].flatMap { try run($0).checked().lines }.filter { line in
      line.hasPrefix("-A")
        && !["-A CNI-HOSTPORT-SETMARK ", "-A CNI-HOSTPORT-MASQ ", "-A PREROUTING ", "-A OUTPUT "]
          .contains { line.hasPrefix($0) }
        && !line.hasPrefix("-A POSTROUTING -m comment --comment \"CNI portfwd")
    }
  }

  /// Leases of addresses, by the files of host-local.
  var leases: [String] {
    Host.names(in: scene.folder + "/leases/apus-bridge").filter { IPAddress($0) != nil }
  }

  /// Ends everything, without a word about what a failed test left.
  func end() async {
    await networks.stop()
    for path in pods.withLock({ $0 }) + [namespace] { try? NetworkNamespace(path).remove() }
  }
}

/// A pod of a test.
struct Pod {
  let host: PodNetworkHost
  let id: String
  let namespace: String

  var identity: PodIdentity { PodIdentity(namespace: "tests", name: id, uid: "uid-" + id, sandboxID: id) }

  @discardableResult
  func attach(_ capabilities: CapabilityArguments = CapabilityArguments()) async throws -> NetworkResult {
    try await host.networks.attach(identity, namespace: namespace, capabilities)
  }

  @discardableResult
  func detach() async throws -> [String] { try await host.networks.detach(sandboxID: id) }

  /// A program in its network.
  func command(_ words: String...) -> Command { Command("nsenter", ["--net=" + namespace] + words) }

  /// What a web server answers, asked from its network; nil when none does.
  func page(_ address: String, _ port: Int = 80) -> String? {
    PodNetworkHost.page(address, port, from: namespace)
  }

  /// A web server in its network, with one page.
  func serve(_ page: String) throws -> Child {
    let folder = try host.scene.makeFolder("www-" + id)
    try PodNetworkHost.write(folder + "/index.html", page)
    return try command("/bin/busybox", "httpd", "-f", "-p", "80", "-h", folder).start()
  }
}

/// Plays a test on a host of its own.
func onPodNetworkHost(
  change: (inout JSON) throws -> Void = { _ in }, _ body: (PodNetworkHost) async throws -> Void
) async throws {
  try await onScene { scene in
    let host = try PodNetworkHost(scene, change: change)
    do {
      try await body(host)
    } catch {
      await host.end()
      throw error
    }
    await host.end()
  }
}
