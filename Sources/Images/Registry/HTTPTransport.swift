// Sends single requests.

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Synchronization

/// A request to one address: no redirect is followed, nothing is decompressed, nothing is asked twice.
struct HTTPCall: Sendable {
  var url: String
  var headers = HTTPHeaders()
  /// Sent as a form by POST; nil for GET.
  var form: String?
  var tls: TLSConfiguration?
  /// For the whole answer; nil where only a standstill counts.
  var seconds: Double?
}

/// Sends single requests, through the proxies that the environment names. Connections are kept for the next ones.
final class HTTPTransport: Sendable {
  private let proxies: ProxySettings
  private let timeouts: RegistryTimeouts
  /// By their route: a client has one.
  private let clients = Mutex<[Route: HTTPClient]>([:])

  init(_ options: RegistryOptions) {
    proxies = ProxySettings(options.environment)
    timeouts = options.timeouts
  }

  deinit {
    for client in clients.withLock({ $0.values }) {
      // Idle connections are closed; there is nobody to tell that it did not work.
      client.shutdown(queue: .global()) { _ in }
    }
  }

  /// Closes the connections.
  func end() async {
    let ended = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for client in ended {
      // A connection that does not close is none that is needed.
      try? await client.shutdown()
    }
  }

  func send(_ call: HTTPCall, to receiver: BodyReceiver) async throws(TransportFailure) -> HTTPAnswer {
    guard let url = URL(string: call.url), let origin = Origin(url) else {
      throw TransportFailure(ImageError(.malformed, "'\(call.url.shortened)' is no address of a server"))
    }
    let task: HTTPClient.Task<HTTPAnswer>
    do {
      var headers = call.headers
      headers.replaceOrAdd(name: "user-agent", value: "apus")
      if call.form != nil { headers.replaceOrAdd(name: "content-type", value: "application/x-www-form-urlencoded") }
      let route = try route(to: origin)
      let address = try HTTPTransport.address(url, origin, by: route, &headers)
      let request = try HTTPClient.Request(
        url: address, method: call.form == nil ? .GET : .POST, headers: headers, body: call.form.map { .string($0) },
        tlsConfiguration: origin.isSecure ? call.tls : nil)
      let deadline = call.seconds.map { NIODeadline.now() + HTTPTransport.time($0) }
      task = client(for: route).execute(request: request, delegate: receiver, deadline: deadline)
    } catch {
      throw TransportFailure(error, host: origin.host)
    }
    let watch = watch(task, receiver, origin)
    defer { watch.cancel() }
    let result: Result<HTTPAnswer, any Error> = await withTaskCancellationHandler {
      do { return .success(try await task.get()) } catch { return .failure(error) }
    } onCancel: {
      task.cancel()
    }
    do { return try result.get() } catch { throw TransportFailure(error, host: origin.host) }
  }

  /// Ends a request whose server stands still.
  private func watch(
    _ task: HTTPClient.Task<HTTPAnswer>, _ receiver: BodyReceiver, _ origin: Origin
  ) -> RepeatedTask {
    let (seconds, least) = (timeouts.stallSeconds, timeouts.leastBytes)
    let time = HTTPTransport.time(seconds)
    return task.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { watch in
      guard receiver.hasStalled(leastBytes: least) else { return }
      watch.cancel()
      let error = ImageError(.unreachable, "\(origin.host): hardly anything came in \(Int(seconds.rounded(.up))) s")
      task.fail(reason: TransportFailure(error, isPassing: true))
    }
  }

  /// Proxies open tunnels to servers with TLS, and pass requests to others on themselves.
  private func route(to origin: Origin) throws(ImageError) -> Route {
    guard let text = proxies.proxy(forHost: origin.host, port: origin.port, isSecure: origin.isSecure) else {
      return .direct
    }
    let proxy = try ProxyAddress(text)
    return origin.isSecure || proxy.kind == .socks ? .tunnel(proxy) : .relay(proxy)
  }

  private func client(for route: Route) -> HTTPClient {
    clients.withLock { clients in
      if let client = clients[route] { return client }
      var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
      configuration.httpVersion = .http1Only
      configuration.timeout.connect = HTTPTransport.time(timeouts.connectSeconds)
      configuration.connectionPool.retryConnectionEstablishment = false
      switch route {
      case .direct: break
      case .tunnel(let proxy): configuration.proxy = proxy.setting
      case .relay: configuration.http1_1ConnectionDebugInitializer = { AbsoluteForm.add(to: $0) }
      }
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      clients[route] = client
      return client
    }
  }

  /// The address that a request goes to, and what it says there.
  private static func address(
    _ url: URL, _ origin: Origin, by route: Route, _ headers: inout HTTPHeaders
  ) throws(ImageError) -> URL {
    guard case .relay(let proxy) = route else { return url }
    var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
    parts?.host = proxy.host
    parts?.port = proxy.port
    guard let address = parts?.url else {
      throw ImageError(.invalidInput, "the environment names a proxy by no address: '\(proxy.host.shortened)'")
    }
    headers.replaceOrAdd(name: "host", value: origin.authority)
    if let authorization = proxy.authorization {
      headers.replaceOrAdd(name: "proxy-authorization", value: authorization)
    }
    return address
  }

  private static func time(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }
}
