// One operation at a time for each container.

import Synchronization

/// Lets one operation at a time pass for each name, in the order of their coming. Who waits holds no thread.
final class OperationGate: Sendable {
  private typealias Waiter = CheckedContinuation<Void, Never>

  /// Who waits, for each name with an operation under way.
  private let queues = Mutex<[String: [Waiter]]>([:])

  func pass<T: Sendable, E: Error>(_ name: String, _ body: () async throws(E) -> T) async throws(E) -> T {
    await enter(name)
    defer { leave(name) }
    return try await body()
  }

  private func enter(_ name: String) async {
    await withCheckedContinuation { (waiter: Waiter) in
      let isFree = queues.withLock { queues in
        guard queues[name] != nil else {
          queues[name] = []
          return true
        }
        queues[name]?.append(waiter)
        return false
      }
      if isFree { waiter.resume() }
    }
  }

  private func leave(_ name: String) {
    let next = queues.withLock { queues -> Waiter? in
      guard var queue = queues[name], !queue.isEmpty else {
        queues[name] = nil
        return nil
      }
      let first = queue.removeFirst()
      queues[name] = queue
      return first
    }
    next?.resume()
  }
}
