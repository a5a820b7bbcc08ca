// Which events a change of state amounts to.

/// Which events a change of what is published amounts to: each once, and a start always before the end that follows it.
struct EventLedger {
  /// Containers that the runtime is just starting.
  private var starting: Set<String> = []
  /// Those of them whose end was seen before the runtime said that it had started them.
  private var endedMeanwhile: Set<String> = []
  /// Pods whose stop was not told yet.
  private var runningPods: Set<String> = []

  /// - Parameters:
  ///   - old: nil for one that was not there.
  ///   - new: nil for one that is gone.
  mutating func change(_ old: ContainerRecord?, _ new: ContainerRecord?) -> [NodeEvent.Kind] {
    let (before, after) = (old?.state ?? .creating, new?.state ?? .creating)
    guard before != after else { return [] }
    switch after {
    case .creating: return [.deleted]
    case .created: return [.created]
    case .running:
      // Whatever comes next comes after it.
      if let id = new?.id { starting.remove(id) }
      return [.started]
    case .exited, .unknown:
      guard let id = new?.id, starting.contains(id) else { return [.stopped] }
      endedMeanwhile.insert(id)
      return []
    }
  }

  mutating func change(_ old: PodRecord?, _ new: PodRecord?) -> [NodeEvent.Kind] {
    let (before, after) = (old?.state ?? .creating, new?.state ?? .creating)
    switch (before, after) {
    case (.creating, .ready):
      if let new { runningPods.insert(new.id) }
      return [.created, .started]
    case (.ready, .creating), (.stopped, .creating):
      if let old { runningPods.remove(old.id) }
      return [.deleted]
    // A pod is called stopped from the moment on at which nothing is made in it any more: its containers still run.
    default: return []
    }
  }

  /// All of a pod has ended.
  mutating func stop(pod id: String) -> [NodeEvent.Kind] { runningPods.remove(id) == nil ? [] : [.stopped] }

  /// The runtime is about to start a container. A short program may have ended before the runtime is back.
  mutating func beginStart(_ id: String) { starting.insert(id) }

  /// The runtime is back.
  /// - Parameter wasStarted: false when it could not start the container.
  mutating func endStart(_ id: String, wasStarted: Bool) -> [NodeEvent.Kind] {
    starting.remove(id)
    guard endedMeanwhile.remove(id) != nil else { return [] }
    return wasStarted ? [.started, .stopped] : [.stopped]
  }
}
