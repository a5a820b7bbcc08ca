// What `create` and `run` are asked for.

public import Linux

/// What `create` and `run` are asked for.
public struct CreateRequest {
  public var id: String
  /// The bundle's path, as given.
  public var bundle = "."
  /// Where the process id is written once the container is created.
  public var pidFile: String?
  /// A socket that wants the master of the container's pty.
  public var consoleSocket: String?
  /// A socket that wants a pidfd of the container's process.
  public var pidfdSocket: String?
  /// How many descriptors after the standard streams the container inherits.
  public var preservedDescriptors: Int32 = 0
  /// What the process gets beside the environment of config.json, as `NAME=value`.
  public var environment: [String] = []
  /// The folder of its readiness socket in its state directory, as an absolute path; nil for a container without one.
  public var notifyDirectory: String?
  /// Where the programs are that map ids for a user, as in the variable PATH.
  public var programPath = ""
  public var options: CreateFlags = []

  public init(id: String) { self.id = id }
}

/// The switches of `create` and `run`.
public struct CreateFlags: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let noPivot = CreateFlags(rawValue: 1)
  public static let noNewKeyring = CreateFlags(rawValue: 2)
  /// The caller itself relays the terminal: the master comes back in the result.
  public static let relaysTerminal = CreateFlags(rawValue: 4)
  /// The caller is not root.
  public static let isRootless = CreateFlags(rawValue: 8)
  /// systemd makes the cgroup.
  public static let usesSystemd = CreateFlags(rawValue: 16)
  /// A container without limits does without the cgroups that the caller may not make.
  public static let ignoresCgroupRefusals = CreateFlags(rawValue: 32)
}

/// A container that waits for `start`.
public struct CreatedContainer: ~Copyable {
  public let pid: Int32
  public var pidfd: Descriptor
  /// The master of the pty, when the caller asked to relay it.
  public var console: Descriptor?
  /// Of its system call filter; nil without one.
  public var filterFlags: SeccompFlags?
}
