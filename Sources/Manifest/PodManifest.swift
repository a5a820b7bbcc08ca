// A pod as a file describes it.

/// A Kubernetes Pod (v1) as a file describes it, as far as a node without a cluster can do what it says.
public struct PodManifest: Equatable, Sendable {
  public struct Pair: Equatable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public enum PullPolicy: String, Sendable {
    case always = "Always"
    case ifNotPresent = "IfNotPresent"
    case never = "Never"
  }

  public enum VolumeSource: Equatable, Sendable {
    /// A path of the host; what is missing is made where the type says so.
    case hostPath(String, type: String)
    /// A folder that lives as long as the pod.
    case emptyDirectory(inMemory: Bool)
  }

  public struct Volume: Equatable, Sendable {
    public let name: String
    public let source: VolumeSource
  }

  public enum Propagation: String, Sendable {
    case none = "None"
    case hostToContainer = "HostToContainer"
    case bidirectional = "Bidirectional"
  }

  public struct VolumeMount: Equatable, Sendable {
    public let volume: String
    public let path: String
    public let subPath: String
    public let isReadOnly: Bool
    public let propagation: Propagation
  }

  public struct Port: Equatable, Sendable {
    public let containerPort: Int32
    /// 0 for none.
    public let hostPort: Int32
    /// TCP, UDP or SCTP.
    public let transport: String
    public let hostAddress: String
  }

  public struct Resources: Equatable, Sendable {
    /// Thousandths of a processor; nil for no limit.
    public var processorLimit: Int64?
    public var processorRequest: Int64?
    /// Bytes.
    public var memoryLimit: Int64?
    public var memoryRequest: Int64?
  }

  public struct Security: Equatable, Sendable {
    public var isPrivileged = false
    public var user: Int64?
    public var group: Int64?
    public var mustNotBeRoot = false
    public var hasReadOnlyRoot = false
    public var allowsEscalation: Bool?
    public var addedCapabilities: [String] = []
    public var droppedCapabilities: [String] = []
    /// `RuntimeDefault`, `Unconfined` or `Localhost`; nil when nothing is said.
    public var seccomp: String?
    public var seccompProfile = ""
  }

  public struct Container: Equatable, Sendable {
    public var name = ""
    public var image = ""
    public var pullPolicy = PullPolicy.ifNotPresent
    public var command: [String] = []
    public var arguments: [String] = []
    public var directory = ""
    public var environment: [Pair] = []
    public var ports: [Port] = []
    public var mounts: [VolumeMount] = []
    public var resources = Resources()
    public var security = Security()
    public var hasInput = false
    public var closesInputOnce = false
    public var hasTerminal = false
  }

  public var name = ""
  public var namespace = "default"
  /// Empty when the file names none.
  public var uid = ""
  public var labels: [Pair] = []
  public var annotations: [Pair] = []
  public var hostName = ""
  public var usesHostNetwork = false
  public var usesHostProcesses = false
  public var usesHostIPC = false
  public var sharesProcesses = false
  public var dnsServers: [String] = []
  public var dnsSearches: [String] = []
  public var dnsOptions: [String] = []
  public var sysctls: [Pair] = []
  public var supplementalGroups: [Int64] = []
  public var graceSeconds: Int64 = 30
  public var runtimeHandler = ""
  public var volumes: [Volume] = []
  /// Run one after the other to their ends, before the others begin.
  public var initContainers: [Container] = []
  public var containers: [Container] = []

  init() {}
}
