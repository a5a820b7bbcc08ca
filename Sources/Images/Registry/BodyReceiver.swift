// Takes one answer from its connection.

internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Takes one answer from its connection: collects the body up to a bound, or sends it through a pipe.
final class BodyReceiver: HTTPClientResponseDelegate {
  /// What becomes of a body, as its head decides.
  enum Destination: Sendable {
    case collected(limit: Int64)
    /// Sent on without its first bytes.
    case streamed(BodyPipe, skipping: Int64)
  }

  private struct State {
    var head: HTTPResponseHead?
    var destination = Destination.collected(limit: 0)
    var body: [UInt8] = []
    /// Since the last look.
    var received: Int64 = 0
  }

  private let name: String
  private let judge: @Sendable (HTTPResponseHead) throws(ImageError) -> Destination
  private let state = Mutex(State())

  /// - Parameter name: what is received, for messages.
  init(_ name: String, judge: @escaping @Sendable (HTTPResponseHead) throws(ImageError) -> Destination) {
    self.name = name
    self.judge = judge
  }

  /// Collects whatever the status is.
  convenience init(_ name: String, limit: Int64) {
    self.init(name) { _ in .collected(limit: limit) }
  }

  func didReceiveHead(task: HTTPClient.Task<HTTPAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    do throws(ImageError) {
      let destination = try judge(head)
      if case .collected(let limit) = destination, let length = head.headers.first(name: "content-length"),
        let count = Int64(length), count > limit
      {
        throw tooLarge(limit)
      }
      if case .streamed(let pipe, _) = destination { pipe.setCancel { task.fail(reason: $0) } }
      state.withLock { state in
        state.head = head
        state.destination = destination
        state.received += 1
      }
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }

  func didReceiveBodyPart(task: HTTPClient.Task<HTTPAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
    var buffer = buffer
    let destination = state.withLock { state in
      state.received += Int64(buffer.readableBytes)
      if case .streamed(let pipe, let skip) = state.destination, skip > 0 {
        let count = min(skip, Int64(buffer.readableBytes))
        buffer.moveReaderIndex(forwardBy: Int(count))
        state.destination = .streamed(pipe, skipping: skip - count)
      }
      return state.destination
    }
    switch destination {
    case .streamed(let pipe, _):
      if buffer.readableBytes == 0 { return task.eventLoop.makeSucceededVoidFuture() }
      return pipe.push(buffer, on: task.eventLoop)
    case .collected(let limit):
      let count = state.withLock { state in
        state.body += buffer.readableBytesView
        return Int64(state.body.count)
      }
      return count > limit
        ? task.eventLoop.makeFailedFuture(tooLarge(limit)) : task.eventLoop.makeSucceededVoidFuture()
    }
  }

  func didFinishRequest(task: HTTPClient.Task<HTTPAnswer>) throws -> HTTPAnswer {
    let state = state.withLock { $0 }
    guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
    return HTTPAnswer(status: Int(head.status.code), headers: head.headers, body: state.body)
  }

  /// Whether less came since the last call than has to, and it was not the reader who held it up.
  func hasStalled(leastBytes: Int64) -> Bool {
    state.withLock { state in
      defer { state.received = 0 }
      if case .streamed(let pipe, _) = state.destination, pipe.isFull { return false }
      return state.received < leastBytes
    }
  }

  private func tooLarge(_ limit: Int64) -> ImageError {
    ImageError(.limitExceeded, "\(name) has more than the \(limit) bytes that are taken")
  }
}
