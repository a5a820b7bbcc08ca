// Whether pods can be given a network.

/// Whether pods can be given a network: the condition NetworkReady of the CRI.
public enum NetworkReadiness: Equatable, Sendable {
  case ready(network: String)
  case notReady(reason: String)

  public var isReady: Bool {
    if case .ready = self { return true }
    return false
  }
}

/// A network that pods can be attached to, and the version in which its plugins are spoken to.
struct UsableNetwork: Equatable, Sendable {
  let list: NetworkList
  let version: CNIVersion
}

/// Everything that is known about the networks at one time.
struct NetworkSnapshot: Equatable, Sendable {
  var readiness = NetworkReadiness.notReady(reason: "the networks have not been read yet")
  /// By the order of their files.
  var usable: [UsableNetwork] = []
  /// The one for pods, even when it says that it cannot attach any now.
  var standard: UsableNetwork?
  /// Why files were left out.
  var problems: [String] = []

  func network(_ name: String) -> UsableNetwork? { usable.first { $0.list.name == name } }
}
