// A cgroup hierarchy of the host.

/// A cgroup hierarchy that is mounted on the host, and where in it this process is.
public struct CgroupHierarchy: Equatable, Sendable {
  /// The controllers, such as `cpu` and `cpuacct` mounted together, or a name such as `name=systemd`; empty for the
  /// v2 tree.
  public let controllers: [String]
  public let mountPoint: String
  /// The caller's own cgroup, relative to the mount point; empty when it is the mounted one itself.
  public let own: String

  public init(controllers: [String], mountPoint: String, own: String) {
    self.controllers = controllers
    self.mountPoint = mountPoint
    self.own = own
  }

  public var isUnified: Bool { controllers.isEmpty }
}
