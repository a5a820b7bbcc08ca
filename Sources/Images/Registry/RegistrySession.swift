// Requests to one repository of a registry, with what it wants to see before it answers.

internal import Foundation
internal import NIOHTTP1
internal import Synchronization

/// A request to a registry.
struct RegistryRequest: Sendable {
  /// From `/v2/` on.
  var path: String
  var accept: [String] = []
  /// Where in the content to begin; nil for the whole of it.
  var offset: Int64?
  var seconds: Double?
  /// Takes the answer; asked for each of several requests, where one leads to another.
  var receiver: @Sendable () -> BodyReceiver
}

/// Requests to one repository of a registry, with what it wants to see before it answers.
///
/// Credentials and tokens go to the registry's own origin, and to the one server of tokens that it named first; a
/// redirect takes none of them along to another host (CVE-2020-15157).
final class RegistrySession: Sendable {
  let endpoint: RegistryEndpoint
  private let transport: HTTPTransport
  private let security: TransportSecurity
  private let credentials: Credentials?
  let options: RegistryOptions
  /// What a token is to be good for; empty for nothing but a login.
  private let scope: String
  private let state = Mutex(State())

  private struct State {
    /// The value of the header.
    var authorization: String?
    var tokenServer: Origin?
  }

  static let redirectLimit = 5

  init(
    _ endpoint: RegistryEndpoint, _ transport: HTTPTransport, scope: String, _ credentials: Credentials?,
    _ options: RegistryOptions
  ) throws(ImageError) {
    self.endpoint = endpoint
    self.transport = transport
    self.scope = scope
    self.credentials = credentials
    self.options = options
    let certificates =
      if let folder = options.certificateFolder {
        try CertificateFolder(path: folder)
      } else {
        try CertificateFolder(for: endpoint.registry, in: options.certificateFolders)
      }
    security = try TransportSecurity(certificates, isInsecure: endpoint.trust != .certified)
    try setToken(credentials?.registryToken ?? "")
  }

  /// A token that the caller has already.
  private func setToken(_ token: String) throws(ImageError) {
    if token.isEmpty { return }
    guard TokenRequest.isToken(token) else {
      throw ImageError(.invalidInput, "the token for \(endpoint.registry) is none: too long, or no plain text")
    }
    state.withLock { $0.authorization = "Bearer " + token }
  }

  /// The answer at the end of all redirects, whatever its status.
  func send(_ request: RegistryRequest) async throws(TransportFailure) -> HTTPAnswer {
    var (address, redirects, mayAuthorize, hasAnswered) = (endpoint.url(request.path), 0, true, false)
    while true {
      var headers = HTTPHeaders(request.accept.map { ("accept", $0) })
      // What is compressed on the way is not what its digest says.
      headers.add(name: "accept-encoding", value: "identity")
      if let offset = request.offset { headers.add(name: "range", value: "bytes=\(offset)-") }
      let authorization = state.withLock { $0.authorization }
      if mayAuthorize, let authorization { headers.add(name: "authorization", value: authorization) }
      let call = HTTPCall(
        url: address, headers: headers, tls: mayAuthorize ? security.own : security.foreign, seconds: request.seconds)
      let answer = try await transport.send(call, to: request.receiver())
      switch answer.status {
      case 401 where mayAuthorize && !hasAnswered:
        hasAnswered = true
        try await answerChallenge(of: answer, refused: authorization)
      case 301, 302, 303, 307, 308:
        redirects += 1
        guard redirects <= RegistrySession.redirectLimit else {
          throw failure(.unreachable, "it redirects more than \(RegistrySession.redirectLimit) times")
        }
        let (next, origin) = try redirect(from: address, answer)
        // Once elsewhere, nothing is trusted any more, not even a way back.
        mayAuthorize = mayAuthorize && origin == endpoint.origin
        address = next
      default: return answer
      }
    }
  }

  /// What the registry says to a stranger, if it is there.
  func greet(_ request: RegistryRequest) async throws(TransportFailure) -> HTTPAnswer {
    let call = HTTPCall(url: endpoint.url(request.path), tls: security.own, seconds: request.seconds)
    return try await transport.send(call, to: request.receiver())
  }

  /// Makes requests until one succeeds, or fails for a reason that stays.
  func retrying<Value: Sendable>(
    _ body: () async throws(TransportFailure) -> Value
  ) async throws(ImageError) -> Value {
    var failures = 0
    while true {
      do throws(TransportFailure) {
        return try await body()
      } catch {
        failures += 1
        try await pause(after: failures, error)
      }
    }
  }

  /// Waits until a request may be made again, or throws why not.
  func pause(after failures: Int, _ failure: TransportFailure) async throws(ImageError) {
    let wait = options.retries.seconds(
      after: failures, retryAfter: failure.retryAfter, chance: Double.random(in: 0...1))
    guard failure.isPassing, let wait, !Task.isCancelled else { throw failure.error }
    do { try await Task.sleep(for: .seconds(wait)) } catch { throw failure.error }
  }

  func failure(_ reason: ImageError.Reason, _ problem: String) -> TransportFailure {
    TransportFailure(ImageError(reason, "\(endpoint.registry): \(problem)"))
  }

  private func redirect(
    from address: String, _ answer: HTTPAnswer
  ) throws(TransportFailure) -> (address: String, Origin) {
    guard let location = answer.header("location"), location.utf8.count <= 16 << 10,
      let url = URL(string: location, relativeTo: URL(string: address))?.absoluteURL, let origin = Origin(url)
    else { throw failure(.malformed, "it redirects to no address") }
    guard origin.isSecure || !endpoint.origin.isSecure else {
      throw failure(.unauthorized, "it redirects to an address without TLS, \(origin)")
    }
    return (url.absoluteString, origin)
  }
}

// MARK: - Challenges

extension RegistrySession {
  private func answerChallenge(of answer: HTTPAnswer, refused: String?) async throws(TransportFailure) {
    // Another request may have got a new token meanwhile.
    let current = state.withLock { $0.authorization }
    if let current, current != refused { return }
    if credentials?.registryToken.isEmpty == false {
      throw failure(.unauthorized, "it does not accept the token that it was shown")
    }
    let challenges = answer.headers["www-authenticate"].prefix(16).flatMap { AuthChallenge.challenges(in: $0) }
    for case .bearer(let realm, let service, let scope) in challenges {
      let token = try await token(realm, service, self.scope.isEmpty ? scope : self.scope)
      return state.withLock { $0.authorization = "Bearer " + token }
    }
    guard challenges.contains(where: { if case .basic = $0 { true } else { false } }) else {
      throw failure(.unauthorized, "it refuses access and does not say what it wants to see")
    }
    guard let credentials, !credentials.user.isEmpty || !credentials.password.isEmpty else {
      throw failure(.unauthorized, "it wants a user and a password: log in first")
    }
    guard refused == nil else { throw failure(.unauthorized, "the user or the password is wrong") }
    state.withLock { $0.authorization = credentials.basic }
  }

  private func token(
    _ realm: String, _ service: String, _ scope: String
  ) async throws(TransportFailure) -> String {
    guard let url = URL(string: realm), let origin = Origin(url) else {
      throw failure(.malformed, "its server of tokens '\(realm.shortened)' is no address")
    }
    // CVE-2019-10214: who reads along would have the password.
    guard origin.isSecure || !endpoint.origin.isSecure else {
      throw failure(.unauthorized, "its server of tokens \(origin) is one without TLS")
    }
    let first = state.withLock { state in
      state.tokenServer = state.tokenServer ?? origin
      return state.tokenServer
    }
    guard first == origin || credentials == nil else {
      throw failure(.unauthorized, "it names another server of tokens, \(origin), than before")
    }
    let request = TokenRequest(realm: url, service: service, scope: scope, credentials: credentials)
    let tls = origin == endpoint.origin ? security.own : security.foreign
    return try await request.send(by: transport, tls, options)
  }
}
