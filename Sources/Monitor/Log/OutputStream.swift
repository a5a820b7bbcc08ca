// One output of the container: its descriptor and the block that it is read into.

import Linux

/// One output of the container: its descriptor and the block that it is read into. An unfinished line stands at the
/// beginning of the block, the next read goes behind it.
struct OutputStream: ~Copyable {
  let kind: OutputKind
  private(set) var bytes: MappedBytes
  private var source = Descriptor.absent
  /// A terminal may be closed and opened again by the container: no end of its output is the last.
  private(set) var isTerminal = false
  /// Bytes of the unfinished line.
  private(set) var tail = 0
  private var isWatched = false
  /// Nothing has been read yet since there is a container.
  var isFresh = true
  /// There may be something to read.
  var isReady = false
  /// When it may be read again, while its rate limit holds it.
  var limitOver: Moment?
  /// Nobody writes any more, which is told once: reading goes on to the end.
  var isHungUp = false

  /// Bytes of one read: as much as a pipe holds.
  static let readSize = 65536

  init(_ kind: OutputKind) throws(SystemCallError) {
    self.kind = kind
    bytes = try MappedBytes(capacity: ContainerLog.longestContent + 1 + OutputStream.readSize)
  }

  mutating func open(_ source: consuming Descriptor, isTerminal: Bool) throws(SystemCallError) {
    try source.setNonBlocking(true)
    self.source = source
    self.isTerminal = isTerminal
  }

  var isOpen: Bool { source.isOpen }
  /// There may be something to read, and no limit forbids it.
  var mayBeRead: Bool { isReady && limitOver == nil }

  /// Adds the output to what the event loop waits for, once.
  mutating func watch(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    isReady = true
    if isWatched { return }
    try epoll.add(source, [.readable, .edge], token: token)
    isWatched = true
  }

  func setWindowSize(_ size: WindowSize) throws(SystemCallError) { try source.setWindowSize(size) }

  /// Reads behind the unfinished line.
  mutating func read(limit: Int) -> Transfer {
    source.isOpen ? bytes.read(from: source, at: tail, limit: min(limit, OutputStream.readSize)) : .ended
  }

  /// Takes what is said before there is a container, so that a talkative runtime does not wait for us: it stands where
  /// an unfinished line would. What is beyond the room for it is lost.
  mutating func absorb() {
    let room = OutputStream.readSize
    for _ in 0..<16 where isReady {
      let transfer = bytes.read(from: source, at: tail, limit: tail < room ? room - tail : ContainerLog.longestContent)
      if case .moved(let count) = transfer {
        tail = min(tail + count, room)
      } else {
        isReady = false
      }
    }
  }

  /// Keeps the bytes from `start` to `end` as the unfinished line.
  mutating func keep(from start: Int, to end: Int) {
    tail = end - start
    if start > 0 && tail > 0 { bytes.move(from: start, to: 0, count: tail) }
  }

  mutating func close() {
    source = .absent
    (tail, isReady, limitOver) = (0, false, nil)
  }

  /// Gives back what the unfinished line does not need.
  mutating func giveBackMemory() { bytes.giveBack(from: max(tail, 4096)) }
}
