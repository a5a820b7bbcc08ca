// The whole command line as one value.

/// The whole command line as one value, checked and with its defaults filled in.
public struct Options: Sendable {
  public internal(set) var switches: Switches = []
  /// The id that the runtime knows the container by.
  public internal(set) var containerID = ""
  /// The id for the journal and the attach directory; of an exec, the session's.
  public internal(set) var containerUUID: String?
  public internal(set) var name: String?
  public internal(set) var runtime = ""
  /// Arguments before the runtime's command.
  public internal(set) var runtimeArguments: [String] = []
  /// Arguments behind the runtime's command.
  public internal(set) var runtimeOptions: [String] = []
  /// Nil for an exec without attach socket.
  public internal(set) var bundle: String?
  public internal(set) var containerPidFile = ""
  public internal(set) var monitorPidFile: String?
  public internal(set) var persistDirectory: String?
  public internal(set) var exitDirectory: String?
  public internal(set) var exitCommand: String?
  public internal(set) var exitCommandArguments: [String] = []
  public internal(set) var exitDelaySeconds: Int64 = 0
  public internal(set) var socketDirectory = "/var/run/crio"
  public internal(set) var processSpec: String?
  public internal(set) var restoreDirectory: String?
  /// 0 and less is no limit.
  public internal(set) var timeoutSeconds: Int64 = 0
  public internal(set) var notifySocket: String?
  public internal(set) var level = MessageLevel.warning
  public internal(set) var log = LogOptions()

  public var isExec: Bool { switches.contains(.exec) }
  public var hasTerminal: Bool { switches.contains(.terminal) }
  /// Whether attach clients are served: an exec asks for it by naming a bundle.
  public var servesClients: Bool { bundle != nil && !log.isPassthrough }

  /// The key of answers on the sync pipe.
  var answerKey: String {
    if switches.contains(.apiVersion) { return "data" }
    return isExec ? "exit_code" : "pid"
  }
}
