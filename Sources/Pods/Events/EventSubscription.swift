// One who is told of events.

/// One who is told of events: they wait here until he takes them. Nobody waits for him; once more of them wait than
/// there is room for, the subscription has failed, as a list with holes would be worse than none.
public final class EventSubscription: Sendable {
  /// Ends when the subscription does.
  public let events: AsyncStream<NodeEvent>
  private let source: AsyncStream<NodeEvent>.Continuation
  private let overrunning = OperationResult()

  /// - Parameter limit: how many events may wait.
  init(limit: Int) {
    (events, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
  }

  func offer(_ event: NodeEvent) {
    if case .dropped = source.yield(event) { overrunning.set(.success(())) }
  }

  func end() { source.finish() }

  /// Returns when an event was lost.
  /// - Throws: when the waiting task is cancelled before.
  public func overrun() async throws { _ = try await overrunning.value { "waiting for events" } }
}
