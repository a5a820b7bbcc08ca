// A registry that behaves as a test wants it to.

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import Images

/// A request as it came.
struct TestRequest: Sendable {
  let method: String
  /// With the query.
  let target: String
  /// By names in lower case.
  let headers: [String: String]
  let body: String
  /// How many requests for the same target came before.
  var earlier = 0

  var path: String { String(target.prefix { $0 != "?" }) }

  /// Where the wanted part begins.
  var offset: Int? {
    guard let range = headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
    return Int(range.dropFirst(6).dropLast())
  }

  /// Reads the head of a request; nil while it is not whole.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
    let body = text[end.upperBound...]
    guard body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
    method = String(words[0])
    // A proxy is given the whole address.
    target =
      words[1].hasPrefix("http://") ? "/" + words[1].dropFirst(7).drop { $0 != "/" }.dropFirst() : String(words[1])
    self.headers = headers
    self.body = String(body)
  }
}

/// What goes back over the connection, step by step.
struct TestReply: Sendable {
  enum Step: Sendable {
    case bytes([UInt8])
    case pause(seconds: Double)
    /// Again and again, as fast as the other side takes them.
    case endless([UInt8])
    /// One after the other, each after a pause.
    case drip([UInt8], seconds: Double)
    /// The connection, as if its cable were cut.
    case cut
  }

  var steps: [Step]

  init(_ steps: [Step]) { self.steps = steps }

  /// A head and perhaps a body; without a length in the headers, that of the body is added.
  init(_ status: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = []) {
    let isFramed = headers.contains { ["content-length", "transfer-encoding"].contains($0.0.lowercased()) }
    let all = headers + (isFramed ? [] : [("Content-Length", "\(body.count)")])
    let lines = ["HTTP/1.1 \(status) Word"] + all.map { "\($0.0): \($0.1)" } + ["", ""]
    steps = [.bytes(Array(lines.joined(separator: "\r\n").utf8) + body)]
  }

  init(_ status: Int, _ headers: [(String, String)] = [], text: String) {
    self.init(status, headers, Array(text.utf8))
  }

  static func + (reply: TestReply, steps: [Step]) -> TestReply { TestReply(reply.steps + steps) }

  /// A head for a body that follows in chunks.
  static func chunked(_ status: Int = 200, _ headers: [(String, String)] = []) -> TestReply {
    TestReply(status, headers + [("Transfer-Encoding", "chunked")])
  }

  /// One chunk of a body.
  static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }
}

/// A server on loopback that answers as a test wants it to, and remembers what it was asked and how much it sent.
final class TestRegistry: Sendable {
  typealias Behaviour = @Sendable (TestRequest) -> TestReply

  private struct State {
    var requests: [TestRequest] = []
    var sent: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let channel: any Channel
  let port: Int

  /// Not those of the client: what a server does without end must not hold it up.
  static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// - Parameter security: a certificate and its key, for TLS.
  init(security: TestCertificate? = nil, _ behaviour: @escaping Behaviour) async throws {
    let context = try security.map { try NIOSSLContext(configuration: $0.server) }
    let state = Box()
    let bootstrap = ServerBootstrap(group: TestRegistry.loops)
      .serverChannelOption(.backlog, value: 64)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let context { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
          let connection = Connection(isSecure: context != nil) {
            state.registry?.answer($0, behaviour)
          } sent: {
            state.registry?.count($0, $1)
          }
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
    channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
    state.set(self)
  }

  deinit { channel.close(promise: nil) }

  var host: String { "127.0.0.1:\(port)" }
  var requests: [TestRequest] { state.withLock { $0.requests } }
  /// The bytes that went out for requests whose target ends so.
  func sent(_ suffix: String) -> Int {
    state.withLock { $0.sent.filter { $0.key.hasSuffix(suffix) }.values.reduce(0, +) }
  }

  private func answer(_ request: TestRequest, _ behaviour: Behaviour) -> TestReply {
    var request = request
    state.withLock { state in
      request.earlier = state.requests.count { $0.target == request.target }
      state.requests.append(request)
    }
    return behaviour(request)
  }

  private func count(_ target: String, _ bytes: Int) { state.withLock { $0.sent[target, default: 0] += bytes } }

  /// Lets connections find the registry that was made after them.
  private final class Box: Sendable {
    private struct Weak: @unchecked Sendable { weak var registry: TestRegistry? }
    private let value = Mutex(Weak())
    var registry: TestRegistry? { value.withLock { $0.registry } }
    func set(_ registry: TestRegistry) { value.withLock { $0.registry = registry } }
  }
}

/// One connection: requests one after the other, each answered step by step.
private final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: (TestRequest) -> TestReply?
  private let sent: (String, Int) -> Void
  private var received: [UInt8] = []
  private var steps: [TestReply.Step] = []
  private var target = ""
  private var isBusy = false
  private let isSecure: Bool

  init(
    isSecure: Bool, _ answer: @escaping (TestRequest) -> TestReply?, sent: @escaping (String, Int) -> Void
  ) {
    self.isSecure = isSecure
    self.answer = answer
    self.sent = sent
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received += unwrapInboundIn(data).readableBytesView
    // The first byte of TLS, which is not spoken here.
    if received.first == 0x16 && !isSecure { return context.close(promise: nil) }
    guard let request = TestRequest(received), let reply = answer(request) else { return }
    received = []
    target = request.path
    steps = reply.steps
    perform(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable && !isBusy { perform(context) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func perform(_ context: ChannelHandlerContext) {
    isBusy = true
    defer { isBusy = false }
    while context.channel.isActive, context.channel.isWritable, !steps.isEmpty {
      switch steps.removeFirst() {
      case .bytes(let bytes): send(bytes, context)
      case .endless(let bytes):
        steps.insert(.endless(bytes), at: 0)
        send(bytes, context)
      case .pause(let seconds): return later(seconds, context)
      case .drip(let bytes, let seconds):
        guard let first = bytes.first else { continue }
        send([first], context)
        steps.insert(.drip(Array(bytes.dropFirst()), seconds: seconds), at: 0)
        return later(seconds, context)
      case .cut: context.close(promise: nil)
      }
    }
  }

  private func later(_ seconds: Double, _ context: ChannelHandlerContext) {
    let held = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) {
      let (connection, context) = held.value
      connection.perform(context)
    }
  }

  private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    sent(target, bytes.count)
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }
}
