// The end of a process, known by its pidfd.

internal import Linux

/// A process whose end can be waited for, whoever its parent is: a pidfd becomes readable (pidfd_open(2)).
public final class WatchedProcess: EventSource {
  public let mark: ProcessMark
  private let pidfd: Descriptor
  private let ended = OperationResult()

  init(mark: ProcessMark, pidfd: consuming Descriptor) {
    self.mark = mark
    self.pidfd = pidfd
    EventThread.shared.add(self)
  }

  /// A child of this process.
  convenience init(_ child: borrowing SpawnedProcess) throws(SystemCallError) {
    // A child that nobody has reaped keeps its id, so the mark is its own.
    let mark = ProcessMark(running: child.pid) ?? ProcessMark(pid: child.pid, startTicks: 0)
    self.init(mark: mark, pidfd: try child.pidfd.duplicate())
  }

  func enter(_ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    try epoll.add(pidfd, .readable, token: token)
  }

  func leave(_ epoll: inout Epoll) { try? epoll.remove(pidfd) }

  func isReady() -> Bool {
    ended.set(.success(()))
    return false
  }

  /// Waits for the end of the process, or until the waiting task is cancelled.
  public func end() async throws {
    _ = try await ended.value { "waiting for the process \(self.mark.pid)" }
  }

  /// Waits for the end of the process for so long.
  /// - Returns: whether it has ended.
  public func end(within limit: Duration) async -> Bool {
    await ended.wait(within: limit, "waiting for the process \(mark.pid)")
  }

  /// Sends a signal; that the process is gone is no error.
  public func signal(_ number: Int32) throws(PodError) {
    do throws(SystemCallError) { try pidfd.sendSignal(number) } catch {
      if error.errno != .noSuchProcess { throw PodError("signalling the process \(mark.pid)", error) }
    }
  }

  /// Kills the process with what it started, and that once more behind its end: more may have come in between.
  /// - Parameter killAll: ends what it started; nil for a process that starts nothing.
  func kill(_ killAll: (@Sendable () async -> Void)?) async {
    await killAll?()
    try? signal(Signal.kill)
    if await end(within: .seconds(10)) { await killAll?() }
  }

  /// How the process ended although it is nobody of ours, once whoever it belongs to has reaped it; nil where the
  /// kernel does not tell (before 6.15).
  func exitStatusOfStranger() async -> ExitStatus? {
    for _ in 0..<200 {
      do throws(SystemCallError) { return try pidfd.exitStatusOfStranger() } catch {
        // Not reaped yet.
        guard error.errno == .noData else { return nil }
      }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return nil
  }

  /// Reaps a child of this process that has ended.
  func reap() -> ExitStatus? { (try? pidfd.waitForExit()) ?? nil }
}
