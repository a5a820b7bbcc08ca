// A device node of the container.

/// A device node which the container must find (config-linux.md, section Devices).
public struct DeviceNode: Equatable, Sendable {
  /// Absolute in the container, not necessarily below /dev.
  public var path: String = ""
  public var kind: DeviceKind = .character
  public var major: Int64 = 0
  public var minor: Int64 = 0
  /// Permission bits; absent means 0666.
  public var fileMode: UInt32?
  /// The owner, in the ids of the container; absent means 0, as for the group.
  public var uid: UInt32?
  public var gid: UInt32?

  public init() {}

  public init(path: String, kind: DeviceKind, major: Int64, minor: Int64) {
    self.path = path
    self.kind = kind
    self.major = major
    self.minor = minor
  }
}
