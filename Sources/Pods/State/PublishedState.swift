// What Status and List read.

internal import Synchronization

/// The pods and containers as of their last change: what Status and List read, without ever waiting for an operation.
public final class PublishedState: Sendable {
  private struct Content {
    var pods: [String: PodRecord] = [:]
    var containers: [String: ContainerRecord] = [:]
    var ledger = EventLedger()
    var subscriptions: [ObjectIdentifier: EventSubscription] = [:]

    /// Tells everybody, in the order of the changes.
    func tell(_ kinds: [NodeEvent.Kind], of id: String, pod: PodRecord?) {
      guard !subscriptions.isEmpty else { return }
      for kind in kinds {
        let event = NodeEvent(
          id: id, kind: kind, moment: Node.now(), pod: pod,
          containers: containers.values.filter { $0.podID == pod?.id && $0.state != .creating }
            .sorted { $0.created < $1.created })
        for subscription in subscriptions.values { subscription.offer(event) }
      }
    }
  }

  private let content = Mutex(Content())

  /// Half made ones are not shown.
  public var pods: [PodRecord] { content.withLock { $0.pods.values.filter { $0.state != .creating } } }

  public var containers: [ContainerRecord] {
    content.withLock { $0.containers.values.filter { $0.state != .creating } }
  }

  /// Half made ones are among them.
  var podIDs: Set<String> { content.withLock { Set($0.pods.keys) } }

  func publish(_ pod: PodRecord) {
    content.withLock { content in
      let old = content.pods.updateValue(pod, forKey: pod.id)
      content.tell(content.ledger.change(old, pod), of: pod.id, pod: pod)
    }
  }

  func publish(_ container: ContainerRecord) {
    content.withLock { content in
      let old = content.containers.updateValue(container, forKey: container.id)
      content.tell(content.ledger.change(old, container), of: container.id, pod: content.pods[container.podID])
    }
  }

  func remove(pod id: String) {
    content.withLock { content in
      guard let old = content.pods.removeValue(forKey: id) else { return }
      content.tell(content.ledger.change(old, nil), of: id, pod: old)
    }
  }

  func remove(container id: String) {
    content.withLock { content in
      guard let old = content.containers.removeValue(forKey: id) else { return }
      content.tell(content.ledger.change(old, nil), of: id, pod: content.pods[old.podID])
    }
  }

  // MARK: - Events

  /// Tells of all events from now on.
  /// - Parameter limit: how many may wait to be taken.
  public func subscribe(limit: Int) -> EventSubscription {
    let subscription = EventSubscription(limit: limit)
    content.withLock { $0.subscriptions[ObjectIdentifier(subscription)] = subscription }
    return subscription
  }

  public func unsubscribe(_ subscription: EventSubscription) {
    content.withLock { _ = $0.subscriptions.removeValue(forKey: ObjectIdentifier(subscription)) }
    subscription.end()
  }

  /// All of a pod has ended.
  func tellStop(pod id: String) {
    content.withLock { content in content.tell(content.ledger.stop(pod: id), of: id, pod: content.pods[id]) }
  }

  /// The runtime is about to start a container.
  func beginStart(_ id: String) { content.withLock { $0.ledger.beginStart(id) } }

  /// The runtime is back, and what came of it published.
  func endStart(_ id: String) {
    content.withLock { content in
      guard let record = content.containers[id] else { return }
      let kinds = content.ledger.endStart(id, wasStarted: record.started != 0)
      content.tell(kinds, of: id, pod: content.pods[record.podID])
    }
  }

  // MARK: - Looking for one

  /// The pod of an id, or of the beginning of one that no other has.
  public func pod(_ id: String) -> PodRecord? {
    content.withLock { PublishedState.find(id, in: $0.pods) }
  }

  public func container(_ id: String) -> ContainerRecord? {
    content.withLock { PublishedState.find(id, in: $0.containers) }
  }

  func pod(reserved name: String) -> PodRecord? {
    content.withLock { $0.pods.values.first { $0.configuration.metadata.reserved == name } }
  }

  func container(reserved name: String) -> ContainerRecord? {
    content.withLock { content in
      content.containers.values.first {
        ContainerRecord.reserved($0.podID, $0.configuration.metadata) == name
      }
    }
  }

  /// All containers of a pod, half made ones among them.
  func containers(ofPod id: String) -> [ContainerRecord] {
    content.withLock { $0.containers.values.filter { $0.podID == id } }
  }

  private static func find<Record>(_ id: String, in records: [String: Record]) -> Record? {
    if let exact = records[id] { return exact }
    guard !id.isEmpty else { return nil }
    let found = records.filter { $0.key.hasPrefix(id) }
    return found.count == 1 ? found.first?.value : nil
  }
}
