// The bytes of an answer on their way from an event loop to a thread.

internal import Dispatch
internal import NIOCore
internal import Synchronization

/// The bytes of an answer on their way from an event loop, which never waits, to a thread, which does. What lies
/// between them is bounded: when it is full, nothing more is read from the connection.
final class BodyPipe: Sendable {
  private struct State {
    var chunks = CircularBuffer<ByteBuffer>()
    /// What the chunks take of memory.
    var weight = 0
    /// Fulfilled when there is room again.
    var room: EventLoopPromise<Void>?
    /// Whether the reader sleeps until something comes.
    var readerWaits = false
    var isEnded = false
    var failure: ImageError?
    var cancel: (@Sendable (ImageError) -> Void)?

    mutating func takePortion() -> [UInt8] {
      guard var first = chunks.popFirst() else { return [] }
      weight -= first.readableBytes + BodyPipe.chunkWeight
      var bytes = first.readBytes(length: first.readableBytes) ?? []
      while bytes.count < BodyPipe.portion, let next = chunks.popFirst() {
        weight -= next.readableBytes + BodyPipe.chunkWeight
        bytes += next.readableBytesView
      }
      return bytes
    }
  }

  private let limit: Int
  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  /// A chunk of one byte takes its share of a buffer, too.
  private static let chunkWeight = 512
  /// What the reader gets at once.
  private static let portion = 512 << 10

  init(limit: Int = 4 << 20) { self.limit = limit }

  /// Whether the reader, not the server, is what everything waits for.
  var isFull: Bool { state.withLock { $0.room != nil } }

  // MARK: - The event loop's side

  /// How a request is given up when the reader is.
  func setCancel(_ cancel: @escaping @Sendable (ImageError) -> Void) {
    let failure = state.withLock { state in
      state.cancel = cancel
      return state.failure
    }
    if let failure { cancel(failure) }
  }

  /// - Returns: what to wait for before the next chunk.
  func push(_ chunk: ByteBuffer, on loop: any EventLoop) -> EventLoopFuture<Void> {
    let (room, failure, wakes) = state.withLock { state -> (EventLoopPromise<Void>?, ImageError?, Bool) in
      if let failure = state.failure { return (nil, failure, false) }
      state.chunks.append(chunk)
      state.weight += chunk.readableBytes + BodyPipe.chunkWeight
      if state.weight >= limit { state.room = loop.makePromise() }
      defer { state.readerWaits = false }
      return (state.room, nil, state.readerWaits)
    }
    if let failure { return loop.makeFailedFuture(failure) }
    if wakes { arrivals.signal() }
    return room?.futureResult ?? loop.makeSucceededVoidFuture()
  }

  /// Nothing more comes.
  func end(_ failure: ImageError? = nil) {
    let room = state.withLock { state in
      state.isEnded = true
      state.failure = state.failure ?? failure
      state.cancel = nil
      return state.room.take()
    }
    room?.succeed()
    arrivals.signal()
  }

  // MARK: - The thread's side

  /// The next bytes, waited for; nil at the end.
  func next() throws(ImageError) -> [UInt8]? {
    while true {
      let (bytes, room, failure) = state.withLock { state -> ([UInt8], EventLoopPromise<Void>?, ImageError?) in
        let bytes = state.takePortion()
        if !bytes.isEmpty { return (bytes, state.weight <= limit / 2 ? state.room.take() : nil, nil) }
        state.readerWaits = !state.isEnded
        return ([], nil, state.failure)
      }
      room?.succeed()
      if let failure { throw failure }
      if !bytes.isEmpty { return bytes }
      if state.withLock({ $0.isEnded && $0.chunks.isEmpty }) { return nil }
      arrivals.wait()
    }
  }

  /// The reader cannot go on.
  func abandon(_ failure: ImageError) {
    let (room, cancel) = state.withLock { state in
      state.failure = state.failure ?? failure
      state.chunks.removeAll()
      return (state.room.take(), state.cancel.take())
    }
    room?.fail(failure)
    cancel?(failure)
  }
}
