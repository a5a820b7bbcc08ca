// Where a registry is reached.

internal import Foundation

/// Where a registry is reached. Mirrors, and rules of which registry may be asked at all, would be a list of these in
/// place of the one.
struct RegistryEndpoint: Equatable, Sendable {
  /// The registry as references name it; certificates and credentials are kept by this name.
  let registry: String
  let origin: Origin
  let trust: Trust

  /// What is known of who answers there.
  enum Trust: Sendable {
    case certified
    /// TLS with whichever certificate.
    case unchecked
    /// No TLS.
    case plain
  }

  init(_ registry: String, _ trust: Trust) throws(ImageError) {
    // Docker's registry has another address than name.
    let host = registry == Reference.defaultRegistry ? "registry-1.docker.io" : registry
    guard let url = URL(string: "\(trust == .plain ? "http" : "https")://\(host)/"), let origin = Origin(url) else {
      throw ImageError(.invalidInput, "'\(registry.shortened)' is no registry: a host name, perhaps with a port")
    }
    self.registry = registry
    self.origin = origin
    self.trust = trust
  }

  func url(_ path: String) -> String { "\(origin)\(path)" }
}

/// Whom an address leads to: what is secret for one origin is not told to another (RFC 6454).
struct Origin: Hashable, Sendable, CustomStringConvertible {
  let isSecure: Bool
  let host: String
  let port: Int

  /// Nil for an address that is neither `http` nor `https`, or that holds a user or a password.
  init?(_ url: URL) {
    guard let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http",
      let host = url.host(percentEncoded: false)?.lowercased(), !host.isEmpty, url.user() == nil, url.password() == nil
    else { return nil }
    isSecure = scheme == "https"
    self.host = host
    port = url.port ?? (isSecure ? 443 : 80)
  }

  /// The host with its port, as requests name it.
  var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  var description: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
