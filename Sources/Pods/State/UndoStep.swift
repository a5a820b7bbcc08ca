// How something that was made for a pod or container is undone.

/// How something that was made for a pod or container is undone. The step is written down before the thing is made, so
/// whatever is interrupted can be taken back; a thing that is not there, or gone already, is no failure.
public enum UndoStep: Codable, Equatable, Sendable {
  /// Give back the addresses of a pod.
  case network(pod: String)
  /// Unpin namespaces: a folder of mounted files, or one such file.
  case namespaces(path: String)
  /// Delete a container, killing what runs, by its runtime.
  case runtime(container: String, handler: String)
  case process(ProcessMark)
  /// Unmount an image and drop what was changed in it.
  case snapshot(target: String)
  case mount(path: String)
  /// Remove a folder with all that is in it.
  case folder(path: String)
  case file(path: String)

  /// Whether it is undone when a pod stops, and not only when it is removed.
  var isPartOfStop: Bool {
    switch self {
    case .network, .namespaces, .process: true
    default: false
    }
  }
}

/// An undo step as it is stored.
public struct UndoRow: Equatable, Sendable {
  public let id: Int64
  /// The pod or container.
  public let owner: String
  public let step: UndoStep
}
