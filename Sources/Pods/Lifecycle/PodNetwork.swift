// What connects pods with each other and the world.

/// A pod as its network knows it.
public struct NetworkRequest: Equatable, Sendable {
  public let podID: String
  public let metadata: PodMetadata
  /// The path of the network namespace.
  public let namespace: String
  public let portMappings: [PortMapping]
  public let dns: DNSConfiguration?
  public let cgroupParent: String
  /// What the pod was annotated with: bandwidth limits stand there.
  public let annotations: [String: String]
}

/// What a pod has on its network.
public struct AttachedNetwork: Equatable, Sendable {
  /// The one that counts first.
  public var addresses: [String] = []
  public var dns: DNSConfiguration?

  public init() {}
}

/// What connects pods with each other and the world.
public protocol PodNetwork: Sendable {
  /// Whether pods can be connected now; a sentence says why not.
  func readiness() async -> PodNetworkReadiness

  /// Connects a pod. What failed half-way is taken back.
  func attach(_ request: NetworkRequest) async throws(PodError) -> AttachedNetwork

  /// Takes the pod off the network; that it is not on it, or that its namespace is gone, is no failure.
  /// - Returns: what could not be done since a part of the network is gone, a sentence each.
  func detach(pod id: String) async throws(PodError) -> [String]

  /// Whether the pod is still connected as it was when it was attached.
  /// - Returns: what is not so; nil when all is, and where the network cannot tell.
  func check(pod id: String) async -> String?

  /// Frees what belongs to no pod.
  /// - Parameter pods: asked for the ids of the pods that there are, at a moment when none is being connected.
  /// - Returns: what could not be done, a sentence each.
  func collectGarbage(keeping pods: @escaping @Sendable () -> Set<String>) async -> [String]
}

/// Whether pods can be connected.
public enum PodNetworkReadiness: Equatable, Sendable {
  case ready
  case notReady(reason: String)
}
