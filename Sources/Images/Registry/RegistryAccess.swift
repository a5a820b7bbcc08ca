// What a program needs to talk to registries.

/// What a program needs to talk to registries: connections, options, and where credentials lie. A program has one for
/// as long as it lives; mirrors, policies and uploads have their place here.
public final class RegistryAccess: Sendable {
  private let options: RegistryOptions
  private let transport: HTTPTransport

  public init(_ options: RegistryOptions) {
    self.options = options
    transport = HTTPTransport(options)
  }

  /// Closes the connections.
  public func end() async { await transport.end() }

  /// A repository as a source of images.
  /// - Parameter credentials: what the caller was given for this image; nil to look into the auth files.
  public func source(
    of reference: Reference, credentials: Credentials? = nil
  ) async throws(ImageError) -> RegistrySource {
    let found: Credentials?
    if let credentials {
      found = credentials
    } else {
      found = try await CredentialSearch(options).credentials(for: reference)
    }
    let endpoint = try await endpoint(reference.registry)
    let session = try RegistrySession(
      endpoint, transport, scope: "repository:\(reference.repository):pull", found, options)
    return RegistrySource(reference, session, options)
  }

  /// Whether a registry takes credentials.
  public func check(_ credentials: Credentials, for registry: String) async throws(ImageError) {
    let session = try RegistrySession(try await endpoint(registry), transport, scope: "", credentials, options)
    let request = greeting
    try await session.retrying { () throws(TransportFailure) in
      let answer = try await session.send(request)
      if answer.status == 401 {
        throw TransportFailure(ImageError(.unauthorized, "\(registry): the user or the password is wrong"))
      }
      guard answer.status == 200 else { throw TransportFailure(answer, host: registry) }
    }
  }

  /// Without TLS only where the user allows it and the registry does not speak it.
  private func endpoint(_ registry: String) async throws(ImageError) -> RegistryEndpoint {
    let isInsecure = options.isInsecure(registry)
    let secure = try RegistryEndpoint(registry, isInsecure ? .unchecked : .certified)
    guard isInsecure else { return secure }
    let probe = try RegistrySession(secure, transport, scope: "", nil, options)
    do throws(TransportFailure) {
      _ = try await probe.greet(greeting)
      return secure
    } catch {
      return try RegistryEndpoint(registry, .plain)
    }
  }

  private var greeting: RegistryRequest {
    RegistryRequest(path: "/v2/", seconds: options.timeouts.documentSeconds) { [options] in
      BodyReceiver("the answer of the registry", limit: options.limits.answerBytes)
    }
  }
}

extension Store {
  /// Brings an image of a registry into the store: what a daemon is asked for.
  /// - Parameters:
  ///   - credentials: what the caller was given for this image; nil to look into the auth files.
  ///   - progress: called from several threads.
  public func pull(
    _ reference: Reference, by access: RegistryAccess, credentials: Credentials? = nil,
    platform: Platform = .host, progress: @escaping @Sendable (Pull.Event) -> Void = { _ in }
  ) async throws(ImageError) -> ImageRecord {
    var pull = Pull(from: try await access.source(of: reference, credentials: credentials), into: self)
    pull.platform = platform
    pull.report = progress
    return try await pull.run(reference.target, named: reference)
  }
}
