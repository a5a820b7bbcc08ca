// What the checks of a configuration need to know of the host and the command line.

/// What the checks of a configuration need to know of the host and the command line.
public struct ValidationContext: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// The effective user is not root.
  public static let rootless = ValidationContext(rawValue: 1)
  /// `--systemd-cgroup`
  public static let systemdCgroup = ValidationContext(rawValue: 2)
  /// `--no-pivot`
  public static let withoutPivotRoot = ValidationContext(rawValue: 4)
  /// Limits are set in v1 hierarchies, or in the v2 tree; checks of either kind are left out when neither is given.
  public static let cgroupV1 = ValidationContext(rawValue: 8)
  public static let cgroupV2 = ValidationContext(rawValue: 16)
}
