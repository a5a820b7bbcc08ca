// What goes on in tasks for connections.

internal import NIOCore
internal import Synchronization

/// What goes on in tasks for connections: it may outlive them, and has to be over before their event loop stops.
final class OpenWork: Sendable {
  private let running = Atomic<Int>(0)

  var count: Int { running.load(ordering: .acquiring) }

  /// Runs a body in a task and hands its result to the event loop.
  func run<T: Sendable>(
    on loop: any EventLoop, _ body: @escaping @Sendable () async throws -> T
  ) -> EventLoopFuture<T>.Isolated {
    running.add(1, ordering: .relaxed)
    let promise = loop.makePromise(of: T.self)
    promise.completeWithTask(body)
    promise.futureResult.whenComplete { _ in self.running.subtract(1, ordering: .releasing) }
    return promise.futureResult.assumeIsolated()
  }
}
