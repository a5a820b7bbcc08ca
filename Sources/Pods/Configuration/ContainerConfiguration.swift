// What a caller asks of a container.

/// What a caller asks of a container, as it was asked: recorded, compared with a retry, and shown unchanged.
public struct ContainerConfiguration: Codable, Equatable, Sendable {
  public var metadata = ContainerMetadata()
  public var image = ImageRequest()
  /// Replaces the image's entry point.
  public var command: [String] = []
  /// Replaces the image's command.
  public var arguments: [String] = []
  public var workingDirectory = ""
  /// `NAME=value`, in addition to the image's.
  public var environment: [String] = []
  public var mounts: [ContainerMount] = []
  public var devices: [HostDevice] = []
  /// Devices of the Container Device Interface, as `vendor.com/class=name`; nil for none.
  public var qualifiedDevices: [String]?
  public var labels: [String: String] = [:]
  public var annotations: [String: String] = [:]
  /// Below the pod's directory of logs; empty for no log.
  public var logPath = ""
  public var streams: StreamOptions = []
  public var resources: ContainerResources?
  public var security = ContainerSecurity()
  /// As `SIGTERM`; empty for the image's own, or TERM.
  public var stopSignal = ""

  public init() {}
}

/// What a container is called within its pod.
public struct ContainerMetadata: Codable, Hashable, Sendable {
  public var name = ""
  public var attempt: UInt32 = 0

  public init() {}
}

/// Which image is meant, in the words of the caller.
public struct ImageRequest: Codable, Equatable, Sendable {
  /// An id, a name, or a name with a digest.
  public var name = ""
  public var annotations: [String: String] = [:]
  /// What the user wrote, before somebody resolved it.
  public var userSpecified = ""
  public var runtimeHandler = ""

  public init() {}
}

/// How the streams of a container are kept open.
public struct StreamOptions: OptionSet, Codable, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let stdin = StreamOptions(rawValue: 1)
  /// The standard input ends with the first client that was attached.
  public static let stdinOnce = StreamOptions(rawValue: 2)
  public static let terminal = StreamOptions(rawValue: 4)
}

/// A mount that the caller asks for.
public struct ContainerMount: Codable, Equatable, Sendable {
  public enum Propagation: String, Codable, Sendable {
    case none, hostToContainer, bidirectional
  }

  public var containerPath = ""
  public var hostPath = ""
  public var isReadOnly = false
  public var isRecursivelyReadOnly = false
  /// Whether the files get the container's SELinux label.
  public var relabels = false
  public var propagation = Propagation.none
  /// An image in place of a path of the host.
  public var image = ""
  /// The folder or file of the image; nil for all of it.
  public var imageSubPath: String?
  /// Which ids of the file system those of the container are; nil for the same.
  public var owners: OwnerMap?

  public init() {}
}

/// A device of the host.
public struct HostDevice: Codable, Equatable, Sendable {
  public var containerPath = ""
  public var hostPath = ""
  /// Letters of `rwm`.
  public var permissions = ""

  public init() {}
}

/// Limits; nil is no wish.
public struct ContainerResources: Codable, Equatable, Sendable {
  public var cpuPeriod: Int64 = 0
  public var cpuQuota: Int64 = 0
  public var cpuShares: Int64 = 0
  public var memoryLimit: Int64 = 0
  public var oomScoreAdjust: Int64 = 0
  public var cpus = ""
  public var memoryNodes = ""
  /// Memory and swap together, in bytes.
  public var memorySwapLimit: Int64 = 0
  /// Bytes by page size, such as `2MB`.
  public var hugepageLimits: [HugepageLimit] = []
  /// Files of a version 2 cgroup.
  public var unified: [String: String] = [:]

  public init() {}

  public struct HugepageLimit: Codable, Equatable, Sendable {
    public var pageSize: String
    public var bytes: UInt64

    public init(pageSize: String, bytes: UInt64) {
      self.pageSize = pageSize
      self.bytes = bytes
    }
  }
}
