// Threads for work that blocks, beside the threads of the language's concurrency.

import Foundation

/// Threads for work that blocks: at most `limit` of them, made when they are needed and ended when there is no work.
/// The threads of the language's concurrency are as many as processors, so none of them may wait for the kernel.
public final class BlockingThreads: @unchecked Sendable {
  // The condition guards everything that changes.
  private let condition = NSCondition()
  private var waiting: [@Sendable () -> Void] = []
  private var first = 0
  private var count = 0
  private var idle = 0
  private let name: String
  private let limit: Int
  private let idleSeconds: Double

  public init(name: String, limit: Int, idleSeconds: Double = 10) {
    self.name = name
    self.limit = limit
    self.idleSeconds = idleSeconds
  }

  /// Runs a piece of work on one of the threads. It is not stopped when the task that waits for it is cancelled.
  public func run<T: Sendable, E: Error>(_ work: @escaping @Sendable () throws(E) -> T) async throws(E) -> T {
    let result: Result<T, E> = await withCheckedContinuation { continuation in
      submit { continuation.resume(returning: Result(catching: work)) }
    }
    return try result.get()
  }

  private func submit(_ work: @escaping @Sendable () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    waiting.append(work)
    if waiting.count - first <= idle {
      condition.signal()
    } else if count < limit {
      // An idle thread that has been signalled is idle until it wakes: each takes one piece of work.
      count += 1
      let thread = Thread { self.work() }
      thread.name = name
      thread.stackSize = 512 << 10
      thread.start()
    }
  }

  private func work() {
    while let next = take() { next() }
  }

  /// The next piece of work; nil when the thread is to end.
  private func take() -> (@Sendable () -> Void)? {
    condition.lock()
    defer { condition.unlock() }
    let end = Date(timeIntervalSinceNow: idleSeconds)
    while first == waiting.count {
      idle += 1
      let isSignalled = condition.wait(until: end)
      idle -= 1
      if !isSignalled && first == waiting.count {
        count -= 1
        return nil
      }
    }
    let work = waiting[first]
    first += 1
    // The list is cut now and then, not at every turn.
    if first > 64 || first == waiting.count {
      waiting.removeFirst(first)
      first = 0
    }
    return work
  }
}
