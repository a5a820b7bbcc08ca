// What a caller asks of a pod.

/// What a caller asks of a pod, as it was asked: recorded, compared with a retry, and shown unchanged.
public struct PodConfiguration: Codable, Equatable, Sendable {
  public var metadata = PodMetadata()
  public var hostname = ""
  /// Where the logs of its containers lie; empty for none.
  public var logDirectory = ""
  public var dns: DNSConfiguration?
  public var portMappings: [PortMapping] = []
  public var labels: [String: String] = [:]
  public var annotations: [String: String] = [:]
  /// A path of the cgroup file system; empty for the default.
  public var cgroupParent = ""
  public var sysctls: [String: String] = [:]
  public var namespaces = NamespaceOptions()
  public var security = PodSecurity()
  /// Empty for the default.
  public var runtimeHandler = ""
  /// Of the pod's cgroup, which the kubelet makes and limits; nil for nothing said.
  public var resources: ContainerResources?
  public var overhead: ContainerResources?

  public init() {}
}

/// What a pod is called. All four together name one pod of a node.
public struct PodMetadata: Codable, Hashable, Sendable {
  public var name = ""
  public var uid = ""
  public var namespace = ""
  public var attempt: UInt32 = 0

  public init() {}

  /// The name under which a pod is reserved; names hold no underscore (RFC 1123).
  var reserved: String { "\(name)_\(namespace)_\(uid)_\(attempt)" }
}

/// What resolv.conf of a pod says.
public struct DNSConfiguration: Codable, Equatable, Sendable {
  public var servers: [String] = []
  public var searches: [String] = []
  public var options: [String] = []

  public init() {}

  var isEmpty: Bool { servers.isEmpty && searches.isEmpty && options.isEmpty }
}

/// A port of the host that leads to one of the pod.
public struct PortMapping: Codable, Equatable, Sendable {
  /// `tcp`, `udp` or `sctp`.
  public var transport = "tcp"
  public var containerPort: Int32 = 0
  /// 0 for none.
  public var hostPort: Int32 = 0
  /// Empty for all addresses.
  public var hostAddress = ""

  public init() {}
}

/// Whose namespace is used.
public enum NamespaceMode: String, Codable, Sendable {
  case pod, container, node, target
}

/// Which namespaces a pod or container shares, and with whom.
public struct NamespaceOptions: Codable, Equatable, Sendable {
  public var network = NamespaceMode.pod
  public var pid = NamespaceMode.pod
  public var ipc = NamespaceMode.pod
  /// The container whose process namespace is joined, with `pid` being `target`.
  public var targetID = ""
  /// Nil when the caller says nothing about it.
  public var userNamespace: UserNamespaceOptions?

  public init() {}

  /// Which ids of the host those of the pod are; nil for the host's own.
  var owners: OwnerMap? { userNamespace.flatMap { $0.mode == .pod ? $0.map : nil } }
}

/// What holds for the whole pod.
public struct PodSecurity: Codable, Equatable, Sendable {
  public var isPrivileged = false
  public var selinux = SELinuxOptions()

  public init() {}
}

/// The parts of an SELinux context; empty ones are as every container of the host has them.
public struct SELinuxOptions: Codable, Equatable, Sendable {
  public var user = ""
  public var role = ""
  public var type = ""
  public var level = ""

  public init() {}

  var isEmpty: Bool { user.isEmpty && role.isEmpty && type.isEmpty && level.isEmpty }

  /// `user:role:type:level` of a process; empty when the caller chose nothing. What is missing is as the policy for
  /// containers has it (container-selinux, /etc/selinux/targeted/contexts/lxc_contexts).
  var processContext: String {
    context(role.isEmpty ? "system_r" : role, type.isEmpty ? "container_t" : type)
  }

  /// Of the files that a process with `processContext` may use.
  var fileContext: String { context("object_r", "container_file_t") }

  private func context(_ role: String, _ type: String) -> String {
    if isEmpty { return "" }
    return "\(user.isEmpty ? "system_u" : user):\(role):\(type):\(level.isEmpty ? "s0" : level)"
  }
}
