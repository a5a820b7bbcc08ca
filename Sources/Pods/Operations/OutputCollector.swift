// What a child writes into a pipe.

internal import Linux
internal import Synchronization

/// What a child writes into a pipe, up to a limit; the rest is read and dropped, so that the child never waits for us.
final class OutputCollector: EventSource {
  private struct State {
    var bytes: [UInt8] = []
    var isClosed = false
    /// Set with the next bytes, or at the end.
    var news = OperationResult()
  }

  private let pipe: Descriptor
  private let limit: Int
  private let state = Mutex(State())
  private let ended = OperationResult()

  /// - Parameter pipe: the end to read from.
  init(_ pipe: consuming Descriptor, limit: Int) throws(SystemCallError) {
    try pipe.setNonBlocking(true)
    self.pipe = pipe
    self.limit = limit
    EventThread.shared.add(self)
  }

  func enter(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    try epoll.add(pipe, .readable, token: token)
  }

  func leave(_ epoll: inout Epoll) { try? epoll.remove(pipe) }

  /// Takes what is there, a bounded amount at a time: other descriptors wait, too.
  func isReady() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    for _ in 0..<16 {
      let count: Int
      do throws(SystemCallError) { count = try pipe.read(into: &buffer) } catch {
        if error.errno == .tryAgain { return true }
        finish()
        return false
      }
      if count == 0 {
        finish()
        return false
      }
      let news = state.withLock { state in
        let room = min(count, limit - state.bytes.count)
        if room > 0 { state.bytes += buffer[..<room] }
        defer { state.news = OperationResult() }
        return state.news
      }
      news.set(.success(()))
    }
    return true
  }

  private func finish() {
    let news = state.withLock { state in
      state.isClosed = true
      return state.news
    }
    news.set(.success(()))
    ended.set(.success(()))
  }

  /// Stops reading. Whoever still holds the other end meets a closed pipe once this object is gone.
  func close() {
    if isClosed { return }
    EventThread.shared.remove(self)
    finish()
  }

  /// What has come so far.
  var bytes: [UInt8] { state.withLock { $0.bytes } }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Waits for more bytes, or the end, for a moment.
  func more() async {
    let (news, isClosed) = state.withLock { ($0.news, $0.isClosed) }
    if isClosed { return }
    await news.wait(within: .milliseconds(200), "reading the output of a program")
  }

  /// Waits for the end of the pipe, but no longer than that.
  func end(within limit: Duration) async {
    await ended.wait(within: limit, "reading the output of a program")
    close()
  }
}
