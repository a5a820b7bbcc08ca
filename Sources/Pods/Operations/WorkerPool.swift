// Threads for calls that block.

internal import Dispatch
internal import Synchronization

/// Threads for calls that block: files, mounts, cgroups, waits, the database. Tasks run on as few threads as there are
/// processors, so none of them may wait for a disk.
///
/// Work of one lane runs in order, one at a time: a pod whose file system hangs holds one thread and starves nobody.
public final class WorkerPool: Sendable {
  private typealias Job = @Sendable () -> Void

  private struct State {
    /// Work that no thread has taken yet, per lane, in order.
    var lanes: [String: [Job]] = [:]
    /// Lanes with work that no thread serves, the longest waiting first.
    var waiting: [String] = []
    var threads = 0
  }

  private let state = Mutex(State())
  private let queue: DispatchQueue
  private let threadLimit: Int

  public init(_ name: String, threads: Int) {
    queue = DispatchQueue(label: "apusd.\(name)", attributes: .concurrent)
    threadLimit = threads
  }

  /// Runs a body on a thread of the pool. Cancellation does not end it: what was begun is finished.
  public func run<T: Sendable>(_ lane: String, _ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      add(lane) { continuation.resume(with: Result { try body() }) }
    }
  }

  private func add(_ lane: String, _ job: @escaping Job) {
    let needsThread = state.withLock { state in
      if state.lanes[lane] != nil {
        // Somebody serves the lane, or it waits for a thread already.
        state.lanes[lane]?.append(job)
        return false
      }
      state.lanes[lane] = [job]
      state.waiting.append(lane)
      guard state.threads < threadLimit else { return false }
      state.threads += 1
      return true
    }
    if needsThread { queue.async { self.work() } }
  }

  /// Serves lanes until none waits; one job of a lane at a time, so that a busy lane does not hold up the others.
  private func work() {
    while let (lane, job) = take() {
      job()
      state.withLock { state in
        if state.lanes[lane]?.isEmpty == true {
          state.lanes[lane] = nil
        } else {
          state.waiting.append(lane)
        }
      }
    }
  }

  private func take() -> (String, Job)? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.threads -= 1
        return nil
      }
      let lane = state.waiting.removeFirst()
      // A lane that waits has work.
      guard let job = state.lanes[lane]?.removeFirst() else { return (lane, {}) }
      return (lane, job)
    }
  }
}
