// Pods with a user namespace, and what their runtime and host have to be able to.

import OCI
import Testing

@testable import Pods

@Suite("User namespaces of pods")
struct UserNamespaceTests {
  private static let range = IDRange(containerID: 0, hostID: 100_000, size: 65536)
  private static let map = OwnerMap(uids: [range], gids: [IDRange(containerID: 0, hostID: 200_000, size: 65536)])

  private static func host(_ maps: Bool) -> HostFacts {
    var facts = HostFacts()
    facts.mapsOwnersOfMounts = maps
    return facts
  }

  private func refusal(
    _ options: UserNamespaceOptions?, handler: Bool = true, _ facts: HostFacts = UserNamespaceTests.host(true),
    _ change: (inout NamespaceOptions) -> Void = { _ in }
  ) -> PodError? {
    var namespaces = NamespaceOptions()
    namespaces.userNamespace = options
    change(&namespaces)
    var features = HandlerFeatures()
    features.hasUserNamespaces = handler
    let check = UserNamespaceCheck(handler: RuntimeHandler(name: "r", path: "/r"), features: features, host: facts)
    do throws(PodError) {
      try check.check(namespaces)
      return nil
    } catch { return error }
  }

  @Test("a pod gets the namespace that it asks for, or nothing")
  func failsClosed() {
    let wanted = UserNamespaceOptions(mode: .pod, map: Self.map)
    #expect(refusal(wanted) == nil)
    #expect(refusal(nil, handler: false, Self.host(false)) == nil)
    let none = UserNamespaceOptions(mode: .node, map: OwnerMap(uids: [], gids: []))
    #expect(refusal(none, handler: false, Self.host(false)) == nil)
    #expect(refusal(wanted, handler: false)?.reason == .failedPrecondition)
    #expect(refusal(wanted, handler: false)?.message.contains("'r' does not support user namespaces") == true)
    #expect(refusal(wanted, Self.host(false))?.message.contains("this host has no user namespaces") == true)
    #expect(refusal(wanted) { $0.pid = .node }?.reason == .invalidArgument)
    #expect(refusal(wanted) { $0.ipc = .node }?.reason == .invalidArgument)
    #expect(refusal(wanted) { $0.network = .node } == nil)
  }

  @Test("mappings that no pod can have")
  func mappings() {
    let good = Self.range
    let rows: [([IDRange], [IDRange])] = [
      ([], [good]), ([good], []), ([good, IDRange(containerID: 65536, hostID: 1, size: 1)], [good]),
      ([IDRange(containerID: 1, hostID: 100_000, size: 65536)], [good]),
      ([IDRange(containerID: 0, hostID: 100_000, size: 65535)], [good]),
      ([IDRange(containerID: 0, hostID: 100_000, size: 0)], [IDRange(containerID: 0, hostID: 1, size: 0)]),
      ([IDRange(containerID: 0, hostID: .max - 10, size: 65536)], [good]),
    ]
    for (uids, gids) in rows {
      let options = UserNamespaceOptions(mode: .pod, map: OwnerMap(uids: uids, gids: gids))
      #expect(refusal(options)?.reason == .invalidArgument, "\(uids) \(gids)")
    }
    for mode in [NamespaceMode.container, .target] {
      #expect(refusal(UserNamespaceOptions(mode: mode, map: Self.map))?.reason == .invalidArgument)
    }
    #expect(refusal(UserNamespaceOptions(mode: .node, map: Self.map))?.reason == .invalidArgument)
  }

  @Test("ids of the host")
  func hostIDs() {
    #expect(Self.map.root == (100_000, 200_000))
    #expect(OwnerMap.host(of: 65535, in: Self.map.uids) == 165_535)
    #expect(OwnerMap.host(of: 65536, in: Self.map.uids) == nil)
    #expect(Self.range.words == "0-100000-65536")
  }

  private func request(_ change: (inout SpecRequest) -> Void) -> SpecRequest {
    .sample {
      $0.pod.configuration.namespaces.userNamespace = UserNamespaceOptions(mode: .pod, map: Self.map)
      $0.pod.userNamespace = "/n/user"
      change(&$0)
    }
  }

  @Test("a container joins the namespace of its pod and knows its mapping")
  func configuration() throws {
    let linux = try request { _ in }.spec().linux
    #expect(linux.namespace(.user)?.path == "/n/user")
    #expect(linux.uidMappings == [IDMapping(containerID: 0, hostID: 100_000, size: 65536)])
    #expect(linux.gidMappings == [IDMapping(containerID: 0, hostID: 200_000, size: 65536)])
    #expect(throws: PodError.self) {
      try request {
        $0.container.security.namespaces.userNamespace = UserNamespaceOptions(
          mode: .node, map: OwnerMap(uids: [], gids: []))
      }.spec()
    }
    let plain = try request {
      $0.pod.userNamespace = nil
      $0.pod.configuration.namespaces.userNamespace = nil
    }.spec().linux
    #expect(plain.namespace(.user) == nil && plain.uidMappings.isEmpty)
  }

  @Test("with the network of the host /sys is the host's, as nobody else may mount it")
  func sysfs() throws {
    let own = try request { _ in }.spec().mounts.first { $0.destination == "/sys" }
    #expect(own?.type == "sysfs")
    let host = try request {
      $0.pod.configuration.namespaces.network = .node
      $0.container.security.namespaces.network = .node
      $0.pod.networkNamespace = nil
    }.spec().mounts.first { $0.destination == "/sys" }
    #expect(host?.source == "/sys" && host?.options.contains("rbind") == true && host?.options.contains("ro") == true)
  }

  @Test("what a runtime says of itself")
  func features() throws {
    let full = """
      {"mountOptions": ["ro", "rro"],
       "linux": {"namespaces": ["user"], "mountExtensions": {"idmap": {"enabled": true}}}}
      """
    var found = try HandlerFeatures(Array(full.utf8))
    #expect(found.hasRecursiveReadOnlyMounts && found.hasUserNamespaces)
    found = try HandlerFeatures(Array(#"{"mountOptions": ["ro"], "linux": {"namespaces": ["user"]}}"#.utf8))
    #expect(found == HandlerFeatures())
    #expect(throws: SpecError.self) { try HandlerFeatures(Array("no".utf8)) }
  }

  @Test("releases of the kernel")
  func releases() {
    for (release, expected) in [
      ("5.19.0", true), ("5.19", true), ("6.1.0-13-amd64", true), ("10.0-rc1", true), ("5.18.19", false),
      ("4.20.1", false), ("", false),
    ] {
      #expect(HostFacts.isAtLeast(release, 5, 19) == expected, "\(release)")
    }
  }
}
