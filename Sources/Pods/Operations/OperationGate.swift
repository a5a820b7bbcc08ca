// One operation on a pod or container at a time, in the order of the requests.

internal import Synchronization

/// Gates by the id of a pod or container. One operation at a time passes a gate, in the order of the requests.
///
/// An operation is a task of its own. Who asked for it only waits: when a caller's deadline ends or it goes away, the
/// wait ends and the work goes on, and who asks for the same again joins it and gets its result. An actor would not do:
/// it lets another operation in wherever the first one waits.
public final class OperationGates: Sendable {
  /// Who holds a gate, for people who ask why something takes so long.
  public struct Holder: Equatable, Sendable {
    public let operation: String
    public let stage: String
  }

  private struct Entry {
    let operation: String
    let request: any Equatable & Sendable
    let progress: Progress
    let result: OperationResult

    func isSame(_ name: String, _ other: some Equatable) -> Bool {
      func equals<T: Equatable>(_ one: T) -> Bool { one == other as? T }
      return operation == name && equals(request)
    }
  }

  /// The running operation of each gate and those behind it.
  private let queues = Mutex<[String: [Entry]]>([:])

  public init() {}

  /// Waits for the gate's operation of that name and request, starting it when none is under way.
  /// - Parameters:
  ///   - gate: the id of the pod or container, or the name under which one is being made.
  ///   - operation: the name of the operation.
  ///   - request: what has to be equal, too, for the operation to be the same.
  public func run<T: Sendable>(
    _ gate: String, _ operation: String, request: some Equatable & Sendable = true,
    _ body: @escaping @Sendable (Progress) async throws -> T
  ) async throws -> T {
    let result = join(gate, operation, request) ?? begin(gate, operation, request) { try await body($0) }
    guard let value = try await result.value(describing: { self.description(gate, operation) }) as? T else {
      throw PodError(.failed, "\(operation): joined an operation with another result")
    }
    return value
  }

  /// Who holds a gate now.
  public func holder(_ gate: String) -> Holder? {
    queues.withLock { $0[gate]?.first.map { Holder(operation: $0.operation, stage: $0.progress.stage) } }
  }

  /// Whether something waits or works at a gate.
  public func isBusy(_ gate: String) -> Bool { queues.withLock { $0[gate] != nil } }

  /// Waits until nobody works at the gates whose names begin so.
  func waitUntilFree(prefix: String) async {
    while let result = queues.withLock({ $0.first { $0.key.hasPrefix(prefix) }?.value.last?.result }) {
      await result.end()
    }
  }

  private func join(
    _ gate: String, _ operation: String, _ request: some Equatable & Sendable
  ) -> OperationResult? {
    queues.withLock { queues in queues[gate]?.last { $0.isSame(operation, request) }?.result }
  }

  private func begin(
    _ gate: String, _ operation: String, _ request: some Equatable & Sendable,
    _ body: @escaping @Sendable (Progress) async throws -> any Sendable
  ) -> OperationResult {
    let result = OperationResult()
    let progress = Progress()
    let previous = queues.withLock { queues in
      let last = queues[gate]?.last?.result
      queues[gate, default: []].append(
        Entry(operation: operation, request: request, progress: progress, result: result))
      return last
    }
    Task.detached {
      await previous?.end()
      let outcome: Result<any Sendable, any Error>
      do { outcome = .success(try await body(progress)) } catch { outcome = .failure(error) }
      self.leave(gate, result)
      result.set(outcome)
    }
    return result
  }

  private func leave(_ gate: String, _ result: OperationResult) {
    queues.withLock { queues in
      queues[gate]?.removeAll { $0.result === result }
      if queues[gate]?.isEmpty == true { queues[gate] = nil }
    }
  }

  private func description(_ gate: String, _ operation: String) -> String {
    guard let holder = holder(gate) else { return "\(operation): still under way" }
    let stage = holder.stage.isEmpty ? "" : ", at the stage '\(holder.stage)'"
    return holder.operation == operation
      ? "\(operation) is still under way\(stage)" : "\(operation) waits for \(holder.operation)\(stage)"
  }
}

/// Where an operation stands.
public final class Progress: Sendable {
  private let text = Mutex("")

  var stage: String { text.withLock { $0 } }

  /// Names what is done next.
  public func enter(_ stage: String) { text.withLock { $0 = stage } }
}

/// The result of an operation, to be waited for by any number of callers, each for as long as it wants.
final class OperationResult: Sendable {
  private typealias Outcome = Result<any Sendable, any Error>

  private struct State {
    var outcome: Outcome?
    var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  func set(_ outcome: Result<any Sendable, any Error>) {
    let waiters = state.withLock { state in
      state.outcome = outcome
      defer { state.waiters = [:] }
      return state.waiters.values.map { $0 }
    }
    for waiter in waiters { waiter.resume(returning: outcome) }
  }

  /// Waits for the end, whatever it brings.
  func end() async { _ = await outcome(number()) }

  /// Waits until the end, or until the waiting task is cancelled.
  func value(describing description: @escaping @Sendable () -> String) async throws -> any Sendable {
    let number = number()
    let outcome = await withTaskCancellationHandler {
      await self.outcome(number)
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: number) ?? nil }
      waiter?.resume(returning: .failure(PodError(.deadlineExceeded, description())))
    }
    return try outcome.get()
  }

  /// Waits for the end for so long.
  /// - Returns: whether it has come.
  @discardableResult
  func wait(within limit: Duration, _ doing: String) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await self.value { doing }) != nil }
      group.addTask {
        try? await Task.sleep(for: limit)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }

  private func number() -> Int {
    state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
  }

  private func outcome(_ number: Int) async -> Result<any Sendable, any Error> {
    await withCheckedContinuation { continuation in
      let known: Outcome? = state.withLock { state in
        if let outcome = state.outcome { return outcome }
        if Task.isCancelled { return .failure(CancellationError()) }
        state.waiters[number] = continuation
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
