// Ports of a pod, each connection as a pair of streams.

internal import Linux
internal import NIOCore

/// Forwards connections to ports of a pod: each is a stream of data and one for an error, which belong together by
/// their request (portforward.k8s.io).
final class ForwardRelay: ClientSession, Endpoint.Listener {
  /// How long the second stream of a pair may take.
  static let pairPatience = TimeAmount.seconds(30)

  private final class Pair {
    let key: String
    let port: UInt16
    var data: ClientStream?
    var error: ClientStream?
    var endpoint: Endpoint?
    var isTargetDone = false
    var timer: Scheduled<Void>?

    init(key: String, port: UInt16) {
      self.key = key
      self.port = port
    }
  }

  private let request: ForwardRequest
  private let work: OpenWork
  private weak var wire: (any ClientWire)?
  private var loop: (any EventLoop)?
  private var pairs: [String: Pair] = [:]
  private var isOver = false

  init(_ request: ForwardRequest, _ work: OpenWork) {
    self.request = request
    self.work = work
  }

  // MARK: - The client

  func begin(on wire: any ClientWire, _ loop: any EventLoop) {
    self.wire = wire
    self.loop = loop
  }

  func accept(_ stream: ClientStream) -> Bool {
    guard let text = stream.headers["port"], let port = UInt16(text), port > 0, let key = key(of: stream) else {
      return false
    }
    let pair = pairs[key] ?? Pair(key: key, port: port)
    switch stream.kind {
    case "error" where pair.error == nil: pair.error = stream
    // Half of a pair may not be for another port than the other half.
    case "data" where pair.data == nil && pair.port == port: pair.data = stream
    default: return false
    }
    pairs[key] = pair
    if pair.data != nil && pair.error != nil { dial(pair) } else { expectPartner(pair) }
    return true
  }

  /// Old clients name no request: their error stream comes first and the data stream right behind it.
  private func key(of stream: ClientStream) -> String? {
    if let request = stream.headers["requestid"], !request.isEmpty { return request }
    switch stream.kind {
    case "error": return "\(stream.id)"
    case "data": return stream.id > 2 ? "\(stream.id - 2)" : nil
    default: return nil
    }
  }

  func receive(_ bytes: ByteBuffer, on stream: ClientStream) { pair(stream)?.endpoint?.write(bytes) }

  func end(of stream: ClientStream) {
    guard let pair = pair(stream) else { return }
    pair.endpoint?.finish()
    check(pair)
  }

  func reset(_ stream: ClientStream) {
    guard let pair = pair(stream) else { return }
    pair.endpoint?.close()
    drop(pair)
  }

  func writabilityChanged(_ isWritable: Bool) {
    for pair in pairs.values { pair.endpoint?.setReading(isWritable) }
  }

  func connectionClosed() {
    isOver = true
    for pair in Array(pairs.values) {
      pair.timer?.cancel()
      pair.endpoint?.close()
    }
    pairs = [:]
  }

  /// The pair whose data a stream carries.
  private func pair(_ stream: ClientStream) -> Pair? { pairs.values.first { $0.data === stream } }

  private func pair(_ endpoint: Endpoint) -> Pair? { pairs.values.first { $0.endpoint === endpoint } }

  // MARK: - The port

  private func expectPartner(_ pair: Pair) {
    pair.timer = loop?.assumeIsolated().scheduleTask(in: ForwardRelay.pairPatience) { [weak self] in
      self?.fail(pair, "no second stream came for the request \(pair.key)")
    }
  }

  private func dial(_ pair: Pair) {
    guard let loop else { return }
    pair.timer?.cancel()
    let endpoint = Endpoint(self, ending: .halfClose)
    endpoint.setReading(wire?.isWritable ?? false)
    pair.endpoint = endpoint
    let (connect, port) = (request.connect, pair.port)
    work.run(on: loop) { try await connect(port) }.whenComplete { result in
      switch result {
      case .success(let socket): if !endpoint.isClosed { endpoint.connect(socket: socket.take(), loop) }
      case .failure(let error):
        let reason = (error as? StreamingError)?.message ?? "\(error)"
        self.fail(pair, "error forwarding port \(port): \(reason)")
      }
    }
  }

  private func fail(_ pair: Pair, _ reason: String) {
    guard pairs[pair.key] === pair else { return }
    if let error = pair.error { wire?.send(ByteBuffer(string: reason), on: error) }
    pair.endpoint?.close()
    drop(pair)
  }

  func received(_ bytes: ByteBuffer, from endpoint: Endpoint) {
    if let data = pair(endpoint)?.data { wire?.send(bytes, on: data) }
  }

  func ended(_ endpoint: Endpoint) {
    guard let pair = pair(endpoint), let data = pair.data else { return }
    pair.isTargetDone = true
    wire?.finish(data)
    check(pair)
  }

  func congestionChanged(_ endpoint: Endpoint) {
    wire?.setReading(!pairs.values.contains { $0.endpoint?.isCongested == true })
  }

  /// A pair ends when both sides have said all, or the port is gone altogether.
  private func check(_ pair: Pair) {
    guard pair.isTargetDone, pair.endpoint?.isClosed == true || pair.data?.hasEnded == true else { return }
    pair.endpoint?.close()
    drop(pair)
  }

  private func drop(_ pair: Pair) {
    guard !isOver, pairs.removeValue(forKey: pair.key) != nil else { return }
    pair.timer?.cancel()
    if let data = pair.data { wire?.finish(data) }
    if let error = pair.error { wire?.finish(error) }
    congestionEnded()
  }

  private func congestionEnded() {
    wire?.setReading(!pairs.values.contains { $0.endpoint?.isCongested == true })
  }
}
