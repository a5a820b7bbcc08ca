// What is known of a pod.

/// What is known of a pod, as it is stored and published.
public struct PodRecord: Codable, Equatable, Sendable {
  public enum State: String, Codable, Sendable {
    /// Half made: rolled back when the daemon stops before it is ready.
    case creating
    case ready
    /// Its network and namespaces are gone or going.
    case stopped
  }

  public let id: String
  public var configuration: PodConfiguration
  public var state = State.creating
  /// In nanoseconds since 1970.
  public var created: Int64
  public var addresses: [String] = []
  /// The network namespace; nil for the host's.
  public var networkNamespace: String?
  public var ipcNamespace: String?
  public var utsNamespace: String?
  /// Owns the others; nil for the host's.
  public var userNamespace: String?
  /// The process 1 of the pod, where the pod has a process namespace of its own.
  public var infra: ProcessMark?
  /// The runtime of its containers, whatever becomes the default; nil in records of the first release.
  public var handler: String?
  /// The name in the containers, the host's own with the host's network.
  public var hostname = ""
  /// What the kubelet has set for the cgroup of the whole pod, and what of it is not for containers; nil when it never
  /// said so.
  public var resources: ContainerResources?
  public var overhead: ContainerResources?
  /// Where the files of the pod lie.
  public var folder: String

  /// The name of the runtime of its containers; empty for the default.
  var runtime: String { handler ?? configuration.runtimeHandler }

  /// The process namespace that its containers join.
  var pidNamespace: String? { infra.map { "/proc/\($0.pid)/ns/pid" } }

  /// Which ids of the host those of the pod are; nil for the host's own.
  var owners: OwnerMap? { configuration.namespaces.owners }

  /// The ids of the host that are 0 in the pod.
  var root: (uid: UInt32, gid: UInt32) { owners?.root ?? (0, 0) }

  var usesHostNetwork: Bool { configuration.namespaces.network == .node }
}
