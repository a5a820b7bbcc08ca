// Images of registries.

import Foundation
import Images
import Pods
import Synchronization

/// Brings images of registries into the store.
final class RegistryPuller: ImagePuller {
  private let store: Store
  /// The last one is for new pulls; those before it may still be at work.
  private let accesses: Mutex<[RegistryAccess]>

  init(_ settings: DaemonSettings, _ store: Store) {
    accesses = Mutex([RegistryPuller.access(settings)])
    self.store = store
  }

  /// Other credentials and registries, for the pulls to come.
  func change(to settings: DaemonSettings) {
    let access = RegistryPuller.access(settings)
    accesses.withLock { $0.append(access) }
  }

  private static func access(_ settings: DaemonSettings) -> RegistryAccess {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.authFile = settings.authFile.isEmpty ? nil : settings.authFile
    options.insecureRegistries = Set(settings.insecureRegistries)
    return RegistryAccess(options)
  }

  func pull(_ name: String, _ credentials: ImageCredentials?) async throws(PodError) -> String {
    var proof = try credentials.map { (given) throws(PodError) in try RegistryPuller.credentials(given) }
    let access = accesses.withLock { $0[$0.count - 1] }
    do {
      let reference = try Reference(name)
      // Of another registry: not this one's to see.
      if let server = credentials?.server, !RegistryPuller.names(server, reference.registry) { proof = nil }
      return try await store.pull(reference, by: access, credentials: proof).id.description
    } catch {
      throw PodError("pulling '\(name)'", error)
    }
  }

  /// Whether the address of a server is that of a registry: `host`, `host:port`, or a URL as `docker login` writes it.
  static func names(_ server: String, _ registry: String) -> Bool {
    if server.isEmpty { return true }
    var host = Substring(server)
    if let scheme = host.range(of: "://") { host = host[scheme.upperBound...] }
    host = host.prefix { $0 != "/" }
    let hub: Set<Substring> = ["docker.io", "index.docker.io", "registry-1.docker.io"]
    return host == registry || (hub.contains(host) && hub.contains(Substring(registry)))
  }

  /// Closes the connections.
  func end() async {
    for access in accesses.withLock({ $0 }) { await access.end() }
  }

  /// What the kubelet hands in: a token for the registry, a name and password, both in one, or a token that is
  /// exchanged for others.
  private static func credentials(_ given: ImageCredentials) throws(PodError) -> Credentials {
    if !given.registryToken.isEmpty {
      return Credentials(user: given.username, password: "", registryToken: given.registryToken)
    }
    if !given.username.isEmpty || !given.identityToken.isEmpty || given.encoded.isEmpty {
      return Credentials(user: given.username, password: given.password, identityToken: given.identityToken)
    }
    let text = Data(base64Encoded: given.encoded).flatMap { String(bytes: $0, encoding: .utf8) }
    guard let parts = text?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false), parts.count == 2
    else { throw PodError(.invalidArgument, "auth.auth: expected the base64 of NAME:PASSWORD") }
    return Credentials(user: String(parts[0]), password: String(parts[1]))
  }
}
