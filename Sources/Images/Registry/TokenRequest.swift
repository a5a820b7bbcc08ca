// Asks a server of tokens for one.

internal import Foundation
internal import NIOHTTP1
internal import NIOSSL
internal import OCI

/// Asks a server of tokens for one (distribution-spec, token authentication): by GET, with a password if there is one,
/// or by POST as OAuth 2 has it, in exchange for an identity token.
struct TokenRequest: Sendable {
  let realm: URL
  let service: String
  let scope: String
  let credentials: Credentials?

  func send(
    by transport: HTTPTransport, _ tls: TLSConfiguration, _ options: RegistryOptions
  ) async throws(TransportFailure) -> String {
    let limit = options.limits.answerBytes
    var call = try call()
    call.tls = tls
    call.seconds = options.timeouts.documentSeconds
    let host = realm.host(percentEncoded: false) ?? ""
    // No redirect is followed: whoever is meant to see the password was named.
    let answer = try await transport.send(call, to: BodyReceiver("the token of \(host)", limit: limit))
    guard answer.status == 200 else { throw TransportFailure(answer, host: "the server of tokens \(host)") }
    let document: TokenDocument
    do throws(SpecError) { document = try TokenDocument.decode(answer.body) } catch {
      throw TransportFailure(ImageError("the token of \(host)", error))
    }
    let token = document.token.isEmpty ? document.accessToken : document.token
    guard TokenRequest.isToken(token) else {
      throw TransportFailure(ImageError(.malformed, "the token of \(host) is none: empty, too long, or no plain text"))
    }
    return token
  }

  /// Whether it may become part of a header.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 << 10 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  private func call() throws(TransportFailure) -> HTTPCall {
    var fields = [("service", service), ("scope", scope)].filter { !$0.1.isEmpty }
    if let credentials, !credentials.identityToken.isEmpty {
      fields += [
        ("grant_type", "refresh_token"), ("client_id", "apus"), ("refresh_token", credentials.identityToken),
      ]
      return HTTPCall(url: realm.absoluteString, form: TokenRequest.form(fields))
    }
    if let user = credentials?.user, !user.isEmpty { fields.append(("account", user)) }
    guard var components = URLComponents(url: realm, resolvingAgainstBaseURL: true) else {
      throw TransportFailure(ImageError(.malformed, "the server of tokens '\(realm)' is no address"))
    }
    let own = components.percentEncodedQuery.map { [$0] } ?? []
    components.percentEncodedQuery = (own + [TokenRequest.form(fields)]).filter { !$0.isEmpty }.joined(separator: "&")
    components.fragment = nil
    var call = HTTPCall(url: components.string ?? realm.absoluteString)
    if let credentials { call.headers.add(name: "authorization", value: credentials.basic) }
    return call
  }

  private static func form(_ fields: [(String, String)]) -> String {
    var plain = CharacterSet()
    plain.insert(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return fields.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
    }.joined(separator: "&")
  }
}

private struct TokenDocument: JSONObject {
  var token = ""
  var accessToken = ""

  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("token", &token)
    try json.field("access_token", &accessToken)
  }
}

extension Credentials {
  /// The value of a header (RFC 7617).
  var basic: String { "Basic " + Data("\(user):\(password)".utf8).base64EncodedString() }
}
