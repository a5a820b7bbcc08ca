// How much room the changes of containers take, measured in the background.

internal import Images
internal import Linux
internal import Synchronization

/// How much room the changes of containers take. That takes a walk through them, so nobody waits for it: who asks gets
/// what was found last, and has it looked at again in the background. A walk is followed by a rest of ten seconds, or
/// of ten times as long as it took.
final class StorageMeter: Sendable {
  private struct State {
    var isPending = false
    var due: ContinuousClock.Instant?
    var found: [String: WritableUsage] = [:]
  }

  private let state = Mutex(State())
  private let images: Store
  private let pool: WorkerPool
  private let path: String

  init(_ images: Store, _ pool: WorkerPool, path: String) {
    self.images = images
    self.pool = pool
    self.path = path
  }

  /// What a container changed, as it was measured last.
  subscript(container: String) -> WritableUsage? { state.withLock { $0.found[container] } }

  /// Has everything measured again, as soon as the last walk was long enough ago. Returns at once.
  /// - Parameter settled: since when a container has ended, in nanoseconds since 1970; nil for one that may change.
  func measure(settled: @escaping @Sendable (String) -> Int64?) {
    let delay: Duration? = state.withLock { state in
      if state.isPending { return nil }
      state.isPending = true
      return state.due.map { max(.zero, ContinuousClock.now.duration(to: $0)) } ?? .zero
    }
    guard let delay else { return }
    Task.detached { [self] in
      try? await Task.sleep(for: delay)
      let begin = ContinuousClock.now
      // A lane of its own: the walk may take long.
      _ = try? await pool.run("storage") { self.walk(settled) }
      let end = ContinuousClock.now
      state.withLock { state in
        state.isPending = false
        state.due = end + max(.seconds(10), (end - begin) * 10)
      }
    }
  }

  private func walk(_ settled: (String) -> Int64?) {
    var known: Set<String> = []
    for snapshot in (try? images.snapshots()) ?? [] {
      // Roots are mounted in the folders of their containers, which are called by the ids.
      guard let container = snapshot.target.split(separator: "/").dropLast().last.map(String.init) else { continue }
      known.insert(container)
      if let end = settled(container), let last = self[container], last.moment > end { continue }
      // Its container may be changing it or be gone by now: what was measured before stands.
      guard let usage = try? images.measureSnapshot(snapshot.name) else { continue }
      let found = WritableUsage(
        path: path, bytes: UInt64(max(0, usage.bytes)), inodes: UInt64(max(0, usage.inodes)), moment: Node.now())
      state.withLock { $0.found[container] = found }
    }
    state.withLock { [known] state in state.found = state.found.filter { known.contains($0.key) } }
  }
}
