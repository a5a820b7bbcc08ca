// Our end of a pipe, terminal or socket, on the event loop of the client's connection.

internal import Linux
internal import NIOCore
internal import NIOPosix

/// Our end of a pipe, terminal or socket. What is written before it is connected waits. Belongs to one event loop.
final class Endpoint: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// What an endpoint tells.
  protocol Listener: AnyObject {
    func received(_ bytes: ByteBuffer, from endpoint: Endpoint)
    /// Nothing more comes.
    func ended(_ endpoint: Endpoint)
    /// Too much waits to be written, or no longer.
    func congestionChanged(_ endpoint: Endpoint)
  }

  /// How the end of the input is told to the other side.
  enum Ending {
    /// By closing the descriptor.
    case close
    /// By closing one direction of a socket.
    case halfClose
    /// Not at all: a terminal goes on.
    case never
  }

  /// Bytes of one write: what a monitor takes as a packet.
  private static let pieceSize = 32 << 10
  /// Bytes that may wait to be written before the client has to wait, too.
  private static let congestion = 256 << 10

  private let ending: Ending
  private weak var listener: (any Listener)?
  private var context: ChannelHandlerContext?
  private var queue = CircularBuffer<ByteBuffer>()
  private var queued = 0
  private var isActive = false
  private var isWriting = false
  private var isPumping = false
  private var isFinishing = false
  private var isReading = true
  private var hasHeldRead = false
  private(set) var hasEnded = false
  private(set) var isClosed = false
  private(set) var isCongested = false

  init(_ listener: any Listener, ending: Ending) {
    self.listener = listener
    self.ending = ending
  }

  // MARK: - Connecting

  /// Takes a connected socket over.
  func connect(socket: consuming Descriptor, _ loop: any EventLoop) {
    let initializer = initializer(loop)
    let made = ClientBootstrap(group: loop).channelOption(.allowRemoteHalfClosure, value: true)
      .channelInitializer(initializer).withConnectedSocket(socket.release())
    // A socket that cannot be taken over has been closed there.
    made.assumeIsolated().whenComplete { self.connected($0) }
  }

  /// Takes a pipe to read from over.
  func connect(input: consuming Descriptor, _ loop: any EventLoop) {
    let number = input.release()
    own(pipes(loop).takingOwnershipOfDescriptor(input: number), number)
  }

  /// Takes a pipe to write to over.
  func connect(output: consuming Descriptor, _ loop: any EventLoop) {
    let number = output.release()
    own(pipes(loop).takingOwnershipOfDescriptor(output: number), number)
  }

  /// Takes both directions of a terminal over.
  func connect(input: consuming Descriptor, output: consuming Descriptor, _ loop: any EventLoop) {
    let (first, second) = (input.release(), output.release())
    own(pipes(loop).takingOwnershipOfDescriptors(input: first, output: second), first, second)
  }

  private func pipes(_ loop: any EventLoop) -> NIOPipeBootstrap {
    NIOPipeBootstrap(group: loop).channelInitializer(initializer(loop))
  }

  /// Puts this handler in before anything is read.
  private func initializer(_ loop: any EventLoop) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
    let endpoint = NIOLoopBound(self, eventLoop: loop)
    return { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(endpoint.value) }
    }
  }

  /// What could not be taken over still belongs to us.
  private func own(_ made: EventLoopFuture<any Channel>, _ numbers: Int32...) {
    made.assumeIsolated().whenComplete { result in
      if case .failure = result {
        for number in numbers { _ = Descriptor(owning: number) }
      }
      self.connected(result)
    }
  }

  /// Only now: a channel may not be closed while it is being set up.
  private func connected(_ result: Result<any Channel, any Error>) {
    guard case .success = result else { return close() }
    if isClosed { return context?.close(promise: nil) ?? () }
    isActive = true
    pump()
  }

  // MARK: - What the session does

  func write(_ bytes: ByteBuffer) {
    guard !isClosed, !isFinishing, bytes.readableBytes > 0 else { return }
    queue.append(bytes)
    queued += bytes.readableBytes
    pump()
    updateCongestion()
  }

  /// Tells the other side that nothing more comes, once it has everything.
  func finish() {
    isFinishing = true
    pump()
  }

  func setReading(_ isReading: Bool) {
    self.isReading = isReading
    if isReading && hasHeldRead {
      hasHeldRead = false
      context?.read()
    }
  }

  /// Whether it is read from now.
  var isListening: Bool { isReading && context != nil }

  /// Ends both directions at once and drops what waits.
  func close() {
    if isClosed { return }
    isClosed = true
    dropQueue()
    context?.close(promise: nil)
    tellEnd()
  }

  private func tellEnd() {
    if hasEnded { return }
    hasEnded = true
    listener?.ended(self)
  }

  private func dropQueue() {
    queue.removeAll()
    queued = 0
    updateCongestion()
  }

  private func updateCongestion() {
    let isNow = queued > (isCongested ? Endpoint.congestion / 4 : Endpoint.congestion)
    if isNow == isCongested { return }
    isCongested = isNow
    listener?.congestionChanged(self)
  }

  /// Writes one piece after the other, each when the one before has gone: pieces that are written together would become
  /// one packet.
  private func pump() {
    guard isActive, let context, !isPumping else { return }
    isPumping = true
    while !isWriting, !isClosed, !queue.isEmpty {
      let size = min(queue[queue.startIndex].readableBytes, Endpoint.pieceSize)
      guard let piece = queue[queue.startIndex].readSlice(length: size) else { break }
      if queue[queue.startIndex].readableBytes == 0 { queue.removeFirst() }
      isWriting = true
      context.writeAndFlush(wrapOutboundOut(piece)).assumeIsolated().whenComplete { result in
        self.written(size, result)
      }
    }
    isPumping = false
    if isFinishing && queue.isEmpty && !isWriting { closeOutput() }
  }

  private func written(_ size: Int, _ result: Result<Void, any Error>) {
    isWriting = false
    if isClosed { return }
    if case .failure = result {
      // Whoever does not read its input any more has the right to; what it writes still counts.
      isFinishing = true
      return dropQueue()
    }
    queued -= size
    updateCongestion()
    pump()
  }

  private func closeOutput() {
    switch ending {
    case .close: context?.close(promise: nil)
    case .halfClose: context?.close(mode: .output, promise: nil)
    case .never: return
    }
  }

  // MARK: - The channel

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func read(context: ChannelHandlerContext) {
    if isReading { context.read() } else { hasHeldRead = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isClosed { listener?.received(unwrapInboundIn(data), from: self) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(ChannelEvent.inputClosed) = event as? ChannelEvent { tellEnd() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    isClosed = true
    dropQueue()
    tellEnd()
    context.fireChannelInactive()
  }

  /// A terminal without a program, a pipe without a reader, a connection that was reset.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
