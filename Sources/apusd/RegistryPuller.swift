// Images of registries.

import Foundation
import Images
import Pods

/// Brings images of registries into the store.
struct RegistryPuller: ImagePuller {
  private let store: Store
  private let access: RegistryAccess
  /// For the registries that the settings name: without TLS where they do not speak it, certificates unchecked.
  private let insecureAccess: RegistryAccess
  private let insecureRegistries: Set<String>

  init(_ settings: DaemonSettings, _ store: Store) {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.authFile = settings.authFile.isEmpty ? nil : settings.authFile
    access = RegistryAccess(options)
    options.isInsecure = true
    insecureAccess = RegistryAccess(options)
    insecureRegistries = Set(settings.insecureRegistries)
    self.store = store
  }

  func pull(_ name: String, _ credentials: ImageCredentials?) async throws(PodError) -> String {
    let proof = try credentials.map { (given) throws(PodError) in try RegistryPuller.credentials(given) }
    do {
      let reference = try Reference(name)
      let access = insecureRegistries.contains(reference.registry) ? insecureAccess : access
      return try await store.pull(reference, by: access, credentials: proof).id.description
    } catch {
      throw PodError("pulling '\(name)'", error)
    }
  }

  /// Closes the connections.
  func end() async {
    await access.end()
    await insecureAccess.end()
  }

  /// What the kubelet hands in: name and password, both in one, or a token that is exchanged for others.
  private static func credentials(_ given: ImageCredentials) throws(PodError) -> Credentials {
    if !given.registryToken.isEmpty {
      throw PodError(.unimplemented, "auth.registry_token: hand in a password or an identity token")
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
