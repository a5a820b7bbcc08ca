// A fifo in the bundle that takes commands, a line each.

import Linux

/// A fifo in the bundle that takes commands, a line each: `ctl` and `winsz`. We keep it open for writing ourselves, so
/// that the end of the last writer is no event.
struct ControlFifo: ~Copyable {
  private var reader = Descriptor.absent
  private var writer = Descriptor.absent
  private var lines = LineCollector()

  mutating func open(_ name: String, in directory: borrowing Descriptor) throws(SystemCallError) {
    do {
      try directory.makeNode(name, kind: .fifo, mode: 0o660)
    } catch {
      if error.errno != .exists { throw error }
      try directory.removeFile(name)
      try directory.makeNode(name, kind: .fifo, mode: 0o660)
    }
    reader = try directory.open(name, [.readOnly, .nonBlocking, .noFollow])
    writer = try directory.open(name, [.writeOnly, .nonBlocking, .noFollow])
  }

  func watch(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    if !reader.isOpen { return }
    // Told for as long as there is something to read: `take` stops after a while.
    try epoll.add(reader, .readable, token: token)
  }

  /// Takes what has been written.
  /// - Returns: the whole lines, and whether an overlong one was passed over.
  mutating func take() -> (lines: [[UInt8]], hasSkipped: Bool) {
    var result: [[UInt8]] = []
    var hasSkipped = false
    var buffer = [UInt8](repeating: 0, count: 256)
    // Bounded: a writer that never stops does not keep us from the container.
    for _ in 0..<64 where reader.isOpen {
      guard let count = try? reader.read(into: &buffer), count > 0 else { break }
      if lines.take(buffer[0..<count], { result.append([UInt8]($0)) }) { hasSkipped = true }
    }
    return (result, hasSkipped)
  }
}
