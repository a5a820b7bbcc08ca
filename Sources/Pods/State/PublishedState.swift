// What Status and List read.

internal import Synchronization

/// The pods and containers as of their last change: what Status and List read, without ever waiting for an operation.
public final class PublishedState: Sendable {
  private struct Content {
    var pods: [String: PodRecord] = [:]
    var containers: [String: ContainerRecord] = [:]
  }

  private let content = Mutex(Content())

  /// Half made ones are not shown.
  public var pods: [PodRecord] { content.withLock { $0.pods.values.filter { $0.state != .creating } } }

  public var containers: [ContainerRecord] {
    content.withLock { $0.containers.values.filter { $0.state != .creating } }
  }

  /// Half made ones are among them.
  var podIDs: Set<String> { content.withLock { Set($0.pods.keys) } }

  func publish(_ pod: PodRecord) { content.withLock { $0.pods[pod.id] = pod } }
  func publish(_ container: ContainerRecord) { content.withLock { $0.containers[container.id] = container } }
  func remove(pod id: String) { content.withLock { $0.pods[id] = nil } }
  func remove(container id: String) { content.withLock { $0.containers[id] = nil } }

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
  func allPods() -> [PodRecord] { content.withLock { Array($0.pods.values) } }

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
