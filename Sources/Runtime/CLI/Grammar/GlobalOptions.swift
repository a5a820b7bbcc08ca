// The options before the command.

internal import OCI

/// Whether refusals of the cgroup file system are ignored.
public enum RootlessMode: Equatable, Sendable {
  case automatic, on, off
}

/// The options before the command.
public struct GlobalOptions: Equatable, Sendable {
  public var isDebug = false
  /// The file of the log as given; nil is standard error.
  public var logFile: String?
  public var logFormat = LogFormat.text
  /// The directory of the state as given; nil is the default.
  public var root: String?
  public var usesSystemd = false
  public var rootless = RootlessMode.automatic

  public init() {}

  init(_ scanned: ScannedArguments) throws(FlagError) {
    isDebug = scanned.isOn(.debug)
    if let file = scanned.text(.log), !file.isEmpty { logFile = file }
    if let word = scanned.text(.logFormat), !word.isEmpty {
      guard let format = LogFormat(word) else { throw FlagError(text: "invalid log-format: " + word) }
      logFormat = format
    }
    root = scanned.text(.root)
    usesSystemd = scanned.isOn(.systemdCgroup)
    if let word = scanned.text(.rootless), !word.isEmpty { rootless = try GlobalOptions.rootless(word) }
  }

  private static func rootless(_ word: String) throws(FlagError) -> RootlessMode {
    if sameBytes(ascii(word, isUpper: false), "auto") { return .automatic }
    switch truth(word) {
    case true?: return .on
    case false?: return .off
    case nil: throw FlagError(text: "invalid value \"" + word + "\" for --rootless: use true, false or auto")
    }
  }
}
