// What the plan of a mount needs to know beside its entry in config.json.

/// A v1 hierarchy in which the container has a cgroup.
public struct CgroupHierarchy: Equatable, Sendable {
  /// The name of its directory, such as `memory`, `cpu,cpuacct` or `systemd`.
  public let name: String
  /// The container's own cgroup in it, as a path of the host.
  public let path: String

  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

/// What a mount of type `cgroup` shows to the container.
public enum CgroupView: Equatable, Sendable {
  /// v1 and hybrid hosts: the container's cgroup of each hierarchy, below a tmpfs.
  case hierarchies([CgroupHierarchy])
  /// v2: the tree as the cgroup namespace shows it, else the container's own cgroup.
  case unified(path: String)
}

/// What the plan of a mount needs to know beside its entry in config.json.
public struct MountContext: Equatable, Sendable {
  /// The bundle, absolute: relative sources of bind mounts count from it.
  public var bundle: String
  /// The root filesystem on the host, absolute: a destination that begins with it loses it, as with runc.
  public var rootfs: String
  public var mountLabel: String
  public var cgroups: CgroupView

  public init(bundle: String, rootfs: String, mountLabel: String = "", cgroups: CgroupView = .hierarchies([])) {
    self.bundle = bundle
    self.rootfs = rootfs
    self.mountLabel = mountLabel
    self.cgroups = cgroups
  }
}
