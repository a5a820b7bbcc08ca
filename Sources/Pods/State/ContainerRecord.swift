// What is known of a container.

/// What is known of a container, as it is stored and published.
public struct ContainerRecord: Codable, Equatable, Sendable {
  public enum State: String, Codable, Sendable {
    /// Half made: rolled back when the daemon stops before it is made.
    case creating
    case created, running, exited, unknown
  }

  public let id: String
  public let podID: String
  public var configuration: ContainerConfiguration
  public var state = State.creating
  /// In nanoseconds since 1970, as the next two, which are 0 before their time.
  public var created: Int64
  public var started: Int64 = 0
  public var finished: Int64 = 0
  public var exitCode: Int32 = 0
  /// One word for programs: `Completed`, `Error`, `OOMKilled`, `ContainerStatusUnknown`.
  public var reason = ""
  public var message = ""
  /// The digest of the image's configuration, with its algorithm.
  public var imageID = ""
  /// A name of the image with its digest where it has one, else its id.
  public var imageReference = ""
  public var process: ProcessMark?
  public var monitor: ProcessMark?
  /// Absolute; empty for no log.
  public var logPath = ""
  public var user = EffectiveUser()
  /// As `SIGTERM` or `37`: what a stop sends.
  public var stopSignal = "SIGTERM"
  public var mounts: [ContainerMount] = []
  /// The limits in force.
  public var resources: ContainerResources?
  /// Of the cgroup file system.
  public var cgroup = ""
  /// Where the bundle and the files of the monitor lie.
  public var folder: String
  public var handler = ""

  /// Under which it is reserved in its pod.
  static func reserved(_ podID: String, _ metadata: ContainerMetadata) -> String {
    "\(prefix(podID))\(metadata.name)_\(metadata.attempt)"
  }

  /// What such names of a pod begin with.
  static func prefix(_ podID: String) -> String { podID + "_" }

  public var isAlive: Bool { state == .created || state == .running }
}

/// Whom a container's first process runs as, in the ids of the container.
public struct EffectiveUser: Codable, Equatable, Sendable {
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0
  public var groups: [UInt32] = []

  public init() {}
}
