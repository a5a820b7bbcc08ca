// The pipe or socket that the caller reads our answers from.

import Linux

/// The pipe or socket that the caller reads our answers from: one line of JSON each, in one write.
struct SyncPipe: ~Copyable {
  private var pipe: Descriptor
  private let key: String

  init(_ pipe: consuming Descriptor, key: String) {
    self.pipe = pipe
    self.key = key
  }

  /// Hands the pipe over and leaves none.
  mutating func take() -> SyncPipe { SyncPipe(pipe.take(), key: key) }

  /// Tells the caller a number. A caller that has gone is no error: it does not care any more.
  mutating func answer(_ value: Int32, message: [UInt8] = []) {
    if !pipe.isOpen { return }
    let line = SyncMessage.line(key: key, value: value, message: message)
    for _ in 0..<50 {
      do {
        try pipe.writeAll(line)
        return
      } catch {
        if error.errno != .tryAgain { break }
        // A full pipe of a caller that made it non-blocking: nothing was written of so short a line.
        var entries = [PollEntry(pipe.number, .writable)]
        _ = try? poll(&entries, timeoutMilliseconds: 100)
      }
    }
    pipe = .absent
  }
}
