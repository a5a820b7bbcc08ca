// The options that are given or not given.

/// The options that take no argument.
public struct Switches: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Answers carry the key `data`, and an exec tells the pid before the exit code.
  public static let apiVersion = Switches(rawValue: 1 << 0)
  public static let exec = Switches(rawValue: 1 << 1)
  public static let execAttach = Switches(rawValue: 1 << 2)
  public static let fullAttach = Switches(rawValue: 1 << 3)
  public static let leaveStdinOpen = Switches(rawValue: 1 << 4)
  public static let logRotate = Switches(rawValue: 1 << 5)
  public static let noContainerPartialMessage = Switches(rawValue: 1 << 6)
  public static let noNewKeyring = Switches(rawValue: 1 << 7)
  public static let noPivot = Switches(rawValue: 1 << 8)
  public static let noSyncLog = Switches(rawValue: 1 << 9)
  public static let replaceListenPID = Switches(rawValue: 1 << 10)
  public static let stdin = Switches(rawValue: 1 << 11)
  public static let sync = Switches(rawValue: 1 << 12)
  public static let syslog = Switches(rawValue: 1 << 13)
  public static let systemdCgroup = Switches(rawValue: 1 << 14)
  public static let terminal = Switches(rawValue: 1 << 15)
  public static let version = Switches(rawValue: 1 << 16)
  public static let help = Switches(rawValue: 1 << 17)
}
