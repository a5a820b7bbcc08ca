// What is to be done after the daemon was away.

/// What the kernel and the files say about a container that was alive when the daemon went away.
public struct ContainerFacts: Equatable, Sendable {
  public var isProcessAlive = false
  public var isMonitorAlive = false
  /// Whether the runtime says that it was started.
  public var wasStarted = false
  /// What the monitor wrote, and when, in nanoseconds since 1970.
  public var exit: (code: Int32, finished: Int64)?
  public var ranOutOfMemory = false

  public init() {}

  public static func == (left: ContainerFacts, right: ContainerFacts) -> Bool {
    left.isProcessAlive == right.isProcessAlive && left.isMonitorAlive == right.isMonitorAlive
      && left.wasStarted == right.wasStarted && left.ranOutOfMemory == right.ranOutOfMemory
      && left.exit?.code == right.exit?.code && left.exit?.finished == right.exit?.finished
  }
}

/// What the kernel says about everything that was recorded.
public struct KernelFacts: Sendable {
  public var isSameBoot = true
  public var containers: [String: ContainerFacts] = [:]
  /// Pods whose first process, or whose namespaces, are gone.
  public var brokenPods: Set<String> = []

  public init() {}
}

/// One thing to be done after the daemon was away.
public enum RecoveryAction: Equatable, Sendable {
  /// Undo all that was made for it and forget it: it was half made, or is of another boot.
  case rollBackContainer(String)
  case rollBackPod(String)
  /// Undo steps whose pod or container is not recorded.
  case rollBackStray(String)
  /// Its process lives: wait for its end.
  case watch(String, isRunning: Bool)
  case recordExit(String, code: Int32, finished: Int64, ranOutOfMemory: Bool)
  /// Nobody saw its end.
  case recordUnknownEnd(String)
  case stopPod(String)
}

/// What was recorded before the daemon went away.
public struct RecordedState: Sendable {
  public var pods: [PodRecord] = []
  public var containers: [ContainerRecord] = []
  /// Whose undo steps there are.
  public var owners: Set<String> = []

  public init() {}

  /// What is to be done: containers before their pods. Pure; every case stands in a table of the tests.
  public func recovery(_ facts: KernelFacts) -> [RecoveryAction] {
    let known = Set(pods.map(\.id)).union(containers.map(\.id))
    let strays = owners.subtracting(known).sorted().map { RecoveryAction.rollBackStray($0) }
    guard facts.isSameBoot else {
      return containers.map { .rollBackContainer($0.id) } + pods.map { .rollBackPod($0.id) } + strays
    }
    return containers.compactMap { action($0, facts) } + pods.compactMap { action($0, facts) } + strays
  }

  private func action(_ container: ContainerRecord, _ facts: KernelFacts) -> RecoveryAction? {
    let id = container.id
    // Without its pod nobody could ask for its removal.
    guard container.state != .creating, pods.contains(where: { $0.id == container.podID }) else {
      return .rollBackContainer(id)
    }
    guard container.isAlive else { return nil }
    let seen = facts.containers[id] ?? ContainerFacts()
    if let exit = seen.exit {
      return .recordExit(id, code: exit.code, finished: exit.finished, ranOutOfMemory: seen.ranOutOfMemory)
    }
    // A monitor that still works has its exit file to write.
    if seen.isProcessAlive || seen.isMonitorAlive {
      return .watch(id, isRunning: container.state == .running || seen.wasStarted)
    }
    return .recordUnknownEnd(id)
  }

  private func action(_ pod: PodRecord, _ facts: KernelFacts) -> RecoveryAction? {
    switch pod.state {
    case .creating: .rollBackPod(pod.id)
    case .ready: facts.brokenPods.contains(pod.id) ? .stopPod(pod.id) : nil
    case .stopped: nil
    }
  }
}
