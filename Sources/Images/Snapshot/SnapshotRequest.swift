// What a mounted image is to be.

/// How an image is mounted.
public struct SnapshotOptions: OptionSet, Sendable {
  public let rawValue: Int64
  public init(rawValue: Int64) { self.rawValue = rawValue }

  /// Changes are taken by a folder of the snapshot's own.
  public static let writable = SnapshotOptions(rawValue: 1)
  /// What is written may be lost when the host stops: nothing waits for the disk.
  public static let volatile = SnapshotOptions(rawValue: 2)
}

/// What a mounted image is to be.
public struct SnapshotRequest: Equatable, Sendable {
  /// By which its user knows it, such as the id of a container.
  public var name: String
  /// The absolute path of an existing directory.
  public var target: String
  public var options: SnapshotOptions = []
  /// The file of a user namespace, such as `/proc/PID/ns/user`. The layers' owners are shown as that namespace maps
  /// them (overlayfs over id-mapped mounts, kernel 5.19); changes lie on the disk with the owners that are shown.
  public var userNamespace: String?

  public init(name: String, target: String) {
    self.name = name
    self.target = target
  }
}
