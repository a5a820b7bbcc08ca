// Where networks are described, and what their plugins get.

/// Where networks are described, and what their plugins get.
public struct NetworkSettings: Equatable, Sendable {
  /// Where networks are described.
  public var configurationFolder = "/etc/cni/net.d"
  /// Where plugins are looked for, first to last.
  public var pluginFolders = ["/opt/cni/bin", "/usr/lib/cni"]
  /// What is remembered of attachments: on a disk, as the plugins' own leases are.
  public var cacheFolder = "/var/lib/apusd/cni"
  /// The name of the network of pods; nil for the first one of the folder.
  public var defaultNetwork: String?
  /// The name of a pod's device.
  public var interface = "eth0"
  /// The environment of plugins, beside the CNI variables. They look for iptables and the like along PATH.
  public var pluginEnvironment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
  /// When a plugin is killed.
  public var pluginTimeLimitSeconds = 120
  /// When a plugin is killed that was asked for its version or status.
  public var questionTimeLimitSeconds = 10
  /// How often what nobody tells of is looked at: plugins that come and go, the answer of STATUS.
  public var refreshSeconds = 5
  /// How often garbage is collected; the caller's to do.
  public var garbageSeconds = 600

  public init() {}
}
