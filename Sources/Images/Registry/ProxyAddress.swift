// A proxy as the environment names it.

internal import AsyncHTTPClient
internal import Foundation

/// A proxy as the environment names it: `[scheme://][user:password@]host[:port]`.
struct ProxyAddress: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case http
    case socks
  }

  let kind: Kind
  let host: String
  let port: Int
  private let user: String?
  private let password: String

  init(_ text: String) throws(ImageError) {
    let url = URL(string: text.contains("://") ? text : "http://" + text)
    guard let url, let host = url.host(percentEncoded: false), !host.isEmpty else {
      throw ImageError(.invalidInput, "the environment names a proxy by no address: '\(text.shortened)'")
    }
    switch url.scheme?.lowercased() {
    case "http": (kind, port) = (.http, url.port ?? 80)
    case "socks5", "socks5h": (kind, port) = (.socks, url.port ?? 1080)
    default:
      throw ImageError(.unsupported, "a proxy is reached by http or socks5, not by '\(url.scheme ?? "")'")
    }
    self.host = host
    user = url.user(percentEncoded: false)
    password = url.password(percentEncoded: false) ?? ""
  }

  /// The value of the header by which the proxy knows its user; nil for a proxy that is open.
  var authorization: String? { user.map { Credentials(user: $0, password: password).basic } }

  /// How the client library is told of it.
  var setting: HTTPClient.Configuration.Proxy {
    switch kind {
    case .http:
      .server(
        host: host, port: port, authorization: user.map { .basic(username: $0, password: password) })
    case .socks: .socksServer(host: host, port: port)
    }
  }
}

/// The way to a server.
enum Route: Hashable, Sendable {
  case direct
  /// Through a connection that the proxy opens and does not look into.
  case tunnel(ProxyAddress)
  /// Each request goes to the proxy, which makes it in its own name.
  case relay(ProxyAddress)
}
