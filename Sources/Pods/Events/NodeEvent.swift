// What happened to a pod or container.

/// What happened to a pod or container, with the state that it left its pod in.
public struct NodeEvent: Sendable {
  public enum Kind: Equatable, Sendable {
    case created, started, stopped, deleted
  }

  /// Of the container; of the pod for an event of its own.
  public let id: String
  public let kind: Kind
  /// In nanoseconds since 1970.
  public let moment: Int64
  /// As it is right after the event; as it was last for the end of the pod itself.
  public let pod: PodRecord?
  /// The containers of the pod that are there after the event, the oldest first.
  public let containers: [ContainerRecord]
}
