// Many at once, or one alone.

import Synchronization

/// Lets either any number of operations pass, or one alone. Who wants to be alone waits for a moment in which nobody is
/// inside, and is overtaken until then: one operation that hangs holds up nobody else. Who waits holds no thread.
final class SharedGate: Sendable {
  private typealias Waiter = CheckedContinuation<Void, Never>

  private struct State {
    var inside = 0
    /// Whether the one inside is alone.
    var isClosed = false
    var sharing: [Waiter] = []
    var alone: [Waiter] = []

    /// Lets in whoever may enter now.
    mutating func admit() -> [Waiter] {
      if isClosed { return [] }
      var admitted = sharing
      sharing = []
      if admitted.isEmpty, inside == 0, !alone.isEmpty {
        isClosed = true
        admitted = [alone.removeFirst()]
      }
      inside += admitted.count
      return admitted
    }

    mutating func leave() -> [Waiter] {
      inside -= 1
      isClosed = false
      return admit()
    }
  }

  private let state = Mutex(State())

  /// Passes beside others.
  func share<T: Sendable, E: Error>(_ body: () async throws(E) -> T) async throws(E) -> T {
    await enter { $0.sharing.append($1) }
    defer { leave() }
    return try await body()
  }

  /// Passes when nobody else is inside, and keeps everybody out meanwhile.
  func alone<T: Sendable, E: Error>(_ body: () async throws(E) -> T) async throws(E) -> T {
    await enter { $0.alone.append($1) }
    defer { leave() }
    return try await body()
  }

  private func enter(_ queue: (inout State, Waiter) -> Void) async {
    await withCheckedContinuation { waiter in
      let admitted = state.withLock { state in
        queue(&state, waiter)
        return state.admit()
      }
      for other in admitted { other.resume() }
    }
  }

  private func leave() {
    let admitted = state.withLock { $0.leave() }
    for waiter in admitted { waiter.resume() }
  }
}
