// The bytes: from the container's outputs to the log and the clients, and from the clients to its input.

import Linux

/// What reading an output came to.
private enum Reading {
  /// Nothing more for now.
  case drained
  /// There is more: others have their turn first.
  case more
  /// A client is far behind: nothing is read until it has caught up or is dropped.
  case held
  /// The rate limit is reached.
  case limited
  case ended
}

extension Shell {
  /// Reads of one output in a row before the other sources have their turn.
  private static let readsInARow = 16
  /// What may be read of an output after the container's end: as much as the largest pipe holds, so that a process
  /// which outlives the container and writes for ever does not keep us.
  private static let mostAfterTheEnd = 1 << 20

  /// Whether waiting would be wrong.
  var hasWork: Bool {
    if input.isReady && attach.hasInput { return true }
    if machine.phase != .running { return stderr.isReady }
    return !attach.isFull && (stdout.mayBeRead || stderr.mayBeRead)
  }

  mutating func readOutputs() {
    if machine.phase != .running {
      stderr.absorb()
      return
    }
    if stdout.mayBeRead { settle(Shell.read(&stdout, &log, &attach, &epoll), .stdout) }
    if stderr.mayBeRead && machine.phase == .running { settle(Shell.read(&stderr, &log, &attach, &epoll), .stderr) }
  }

  /// Hands on what came before there was a container.
  mutating func handOnAhead() {
    let end = stderr.tail
    if end == 0 { return }
    let rest = log.append(.stderr, stderr.bytes, fresh: 0, to: end)
    attach.distribute(.stderr, stderr.bytes, at: 0, count: end, &epoll)
    stderr.keep(from: rest, to: end)
  }

  private mutating func settle(_ reading: Reading, _ kind: OutputKind) {
    if case .ended = reading { handle(.outputEnded(kind)) }
    if timers.giveBack == nil { giveBackLater() }
  }

  private static func read(
    _ stream: inout OutputStream, _ log: inout OutputLog, _ attach: inout AttachSocket, _ epoll: inout Epoll
  ) -> Reading {
    for _ in 0..<readsInARow {
      if attach.isFull { return .held }
      var limit = OutputStream.readSize
      if log.isLimited(stream.kind) {
        let now = Moment.monotonic()
        log.setTime(stream.kind, now)
        limit = min(limit, log.budget(stream.kind))
        if limit == 0 {
          stream.limitOver = now.adding(milliseconds: log.wait(stream.kind, now))
          return .limited
        }
      }
      switch readOnce(&stream, &log, &attach, &epoll, limit: limit) {
      case .drained: return .drained
      case .ended: return .ended
      default: break
      }
    }
    return .more
  }

  private static func readOnce(
    _ stream: inout OutputStream, _ log: inout OutputLog, _ attach: inout AttachSocket, _ epoll: inout Epoll, limit: Int
  ) -> Reading {
    switch stream.read(limit: limit) {
    case .moved(let count):
      // Who connected before the container was started gets its first word, even if both came since the last wait.
      if stream.isFresh { attach.admit(&epoll) }
      stream.isFresh = false
      let (fresh, end) = (stream.tail, stream.tail + count)
      let rest = log.append(stream.kind, stream.bytes, fresh: fresh, to: end)
      log.spend(stream.kind, count)
      attach.distribute(stream.kind, stream.bytes, at: fresh, count: count, &epoll)
      stream.keep(from: rest, to: end)
      // A pipe that gave less than was asked for is empty, and tells when it is not; a terminal gives a page at a time.
      if count == limit || stream.isTerminal || stream.isHungUp { return .more }
    case .ended:
      stream.isReady = false
      if !stream.isTerminal { return .ended }
    case .failed(let errno):
      stream.isReady = false
      // A terminal that nobody has open; it may be opened again.
      if !stream.isTerminal || errno != .inputOutput { return .ended }
    case .wouldBlock: break
    }
    stream.isReady = false
    return .drained
  }

  // MARK: The end of an output

  mutating func finish(_ kind: OutputKind, drains: Bool) {
    switch kind {
    case .stdout: Shell.finish(&stdout, &log, &attach, &epoll, drains: drains)
    case .stderr: Shell.finish(&stderr, &log, &attach, &epoll, drains: drains)
    }
  }

  private static func finish(
    _ stream: inout OutputStream, _ log: inout OutputLog, _ attach: inout AttachSocket, _ epoll: inout Epoll,
    drains: Bool
  ) {
    var left = drains ? mostAfterTheEnd : 0
    stream.isHungUp = true
    // The last words are judged by their own time, not by that of the last read.
    if log.isLimited(stream.kind) { log.setTime(stream.kind, .monotonic()) }
    while left > 0 && stream.isOpen {
      // To the end, or until nothing is there: whoever still holds the other end is not waited for.
      guard case .more = readOnce(&stream, &log, &attach, &epoll, limit: OutputStream.readSize) else { break }
      left -= OutputStream.readSize
    }
    log.appendLast(stream.kind, stream.bytes, from: 0, to: stream.tail)
    stream.close()
  }

  // MARK: Input

  /// Hands on what clients have sent, as long as the container takes it.
  mutating func serveInput() {
    var packets = 0
    for client in attach.clients where client.isReady {
      while client.isReady && client.sendsInput && input.isReady && packets < Shell.readsInARow * 4 {
        packets += 1
        switch input.take(from: client) {
        case .moved: break
        case .wouldBlock: client.isReady = false
        case .ended: endInput(client)
        case .failed:
          endInput(client)
          client.takesOutput = false
        }
      }
      if client.isGone && !client.sendsInput { client.takesOutput = false }
    }
    if attach.hasGone { attach.removeGone() }
  }

  private mutating func endInput(_ client: AttachClient) {
    client.sendsInput = false
    handle(.clientClosedInput)
  }
}
