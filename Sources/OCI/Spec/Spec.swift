// The content of config.json.

/// The configuration of one container, as config.json holds it (runtime-spec, config.md).
public struct Spec: Equatable, Sendable {
  /// The runtime-spec version which the bundle follows.
  public var version: String = ""
  /// The user's process; the spec allows it to be absent until `start`, runc and this runtime do not.
  public var process: Process?
  /// The root filesystem.
  public var root: Root = Root()
  /// The host name in the container, empty for the one that is there.
  public var hostname: String = ""
  /// The NIS domain name in the container, empty for the one that is there.
  public var domainname: String = ""
  /// Mounts beside the root filesystem, in the order in which they are made.
  public var mounts: [Mount] = []
  /// Programs run at points of the life cycle.
  public var hooks: Hooks = Hooks()
  /// Free metadata, passed on unchanged.
  public var annotations: Annotations = Annotations()
  /// All that is peculiar to Linux.
  public var linux: LinuxSettings = LinuxSettings()

  public init() {}
}
