// What the administrator decides.

/// What the administrator decides about pods and containers of this node.
public struct NodeSettings: Sendable {
  /// What survives a boot.
  public var root = "/var/lib/apusd"
  /// What does not.
  public var runRoot = "/run/apusd"
  /// The images and the changes of containers.
  public var imageRoot = "/var/lib/apus"
  /// Where network namespaces are pinned.
  public var networkNamespaces = "/run/netns"
  public var monitor = "/usr/local/bin/apus-monitor"
  public var pause = "/usr/local/bin/apus-pause"
  public var handlers: [String: RuntimeHandler] = [:]
  public var defaultHandler = "apus"
  public var usesSystemdCgroups = false
  /// Of pods that name none.
  public var cgroupParent = "/apusd"
  /// Where monitors live, away from the daemon's own limits and from those of containers.
  public var monitorCgroup = "/apusd-monitors"
  public var defaultCapabilities = [
    "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP",
    "CAP_NET_BIND_SERVICE", "CAP_KILL",
  ]
  /// Where devices are described (Container Device Interface); the later folders win.
  public var deviceFolders = ["/etc/cdi", "/var/run/cdi"]
  /// Tasks of a container; -1 for no limit.
  public var pidsLimit: Int64 = -1
  /// Bytes of a container's log before it begins anew; -1 for no limit, which leaves rotation to the kubelet.
  public var logSizeLimit: Int64 = -1
  /// Images that are never removed for lack of room: names, a `*` at the end stands for anything.
  public var pinnedImages: [String] = []
  /// How long the runtime may take to create a container.
  public var createTimeoutSeconds = 240
  public var shmBytes: Int64 = 64 << 20
  /// How many events may wait for a client before it is ended.
  public var eventLimit = 1000

  public init() {}

  var containers: String { runRoot + "/containers" }
  var pods: String { runRoot + "/pods" }
  var exits: String { runRoot + "/exits" }
  var namespaces: String { runRoot + "/ns" }
  /// The state of the containers, where the runtimes keep it.
  func runtimeRoot(_ handler: String) -> String { runRoot + "/runtimes/" + handler }

  /// The handler that a caller named; empty for the default.
  func handler(_ name: String) throws(PodError) -> RuntimeHandler {
    guard let handler = handlers[name.isEmpty ? defaultHandler : name] else {
      // The words of CRI-O, whose users look for them.
      let known = handlers.keys.sorted().joined(separator: " ")
      throw PodError(.invalidArgument, "failed to find runtime handler \(name) from runtime list [\(known)]")
    }
    return handler
  }
}

/// A runtime by the command line of runc.
public struct RuntimeHandler: Codable, Equatable, Sendable {
  public let name: String
  /// The absolute path of the program.
  public let path: String

  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}
