// The options of each command, as values.

/// How the process of a container is born.
public struct BirthSwitches: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// MS_MOVE and chroot in place of pivot_root.
  public static let noPivot = BirthSwitches(rawValue: 1)
  public static let noNewKeyring = BirthSwitches(rawValue: 2)
}

/// Where the outside hears of a new process; paths as given, relative ones to the caller's working directory.
public struct ProcessChannels: Equatable, Sendable {
  public var consoleSocket: String?
  public var pidfdSocket: String?
  public var pidFile: String?
  /// How many descriptors from 3 on, after those of LISTEN_FDS, stay open.
  public var preservedDescriptors = 0

  public init() {}
}

/// The options of `create`.
public struct CreateOptions: Equatable, Sendable {
  public var id: String
  /// The directory of the bundle as given; empty is the working directory.
  public var bundle = ""
  public var channels = ProcessChannels()
  public var switches: BirthSwitches = []

  public init(id: String) { self.id = id }
}

/// The options of `run` beyond those of `create`.
public struct RunOptions: Equatable, Sendable {
  public var create: CreateOptions
  public var isDetached = false
  /// Do not delete the container after its end.
  public var keepsContainer = false
  public var noSubreaper = false

  public init(create: CreateOptions) { self.create = create }
}

/// The options of `exec`.
public struct ExecOptions: Equatable, Sendable {
  public var id: String
  public var arguments: [String] = []
  /// The file with the whole process; the options below do not apply to it.
  public var processFile: String?
  public var cwd: String?
  public var environment: [String] = []
  /// UID[:GID] as given.
  public var user: String?
  public var additionalGIDs: [Int] = []
  public var capabilities: [String] = []
  public var processLabel: String?
  public var apparmorProfile: String?
  /// Nil leaves what config.json says.
  public var noNewPrivileges: Bool?
  public var cgroups: [String] = []
  public var channels = ProcessChannels()
  public var hasTerminal = false
  public var isDetached = false
  public var ignoresPause = false

  public init(id: String) { self.id = id }
}

/// The options of `kill`.
public struct KillOptions: Equatable, Sendable {
  public var id: String
  /// A name or number as given.
  public var signal: String
  /// Also a stopped container is a success.
  public var isForAll: Bool

  public init(id: String, signal: String, isForAll: Bool) {
    self.id = id
    self.signal = signal
    self.isForAll = isForAll
  }
}

/// How `list` and `ps` print; checked only once there is something to print, as runc does.
public struct OutputFormat: Equatable, Sendable {
  public var name: String
  public init(_ name: String) { self.name = name }
}

/// What the parser understood.
public indirect enum Command: Equatable, Sendable {
  case create(CreateOptions)
  case delete(id: String, isForced: Bool)
  case exec(ExecOptions)
  case features
  case kill(KillOptions)
  case list(OutputFormat, isQuiet: Bool)
  case pause(id: String)
  case ps(id: String, OutputFormat, arguments: [String])
  case resume(id: String)
  case run(RunOptions)
  case spec(bundle: String, isRootless: Bool)
  case start(id: String)
  case state(id: String)
}
