// What the plan of a mount needs to know beside its entry in config.json.

/// What a mount of type `cgroup` shows to the container.
public enum CgroupView: Equatable, Sendable {
  /// The container's cgroup in one v1 hierarchy.
  public struct Entry: Equatable, Sendable {
    /// The name of its directory, such as `memory`, `cpu,cpuacct` or `systemd`.
    public let name: String
    /// A path of the host.
    public let path: String

    public init(name: String, path: String) {
      self.name = name
      self.path = path
    }
  }

  /// v1 and hybrid hosts: the container's cgroup of each v1 hierarchy, below a tmpfs.
  case hierarchies([Entry])
  /// v2: the tree as the cgroup namespace shows it, else the container's own cgroup.
  case unified(path: String)

  public init(_ cgroup: Cgroup) {
    if cgroup.kind == .v2, let directory = cgroup.unifiedDirectory {
      self = .unified(path: directory.absolutePath)
      return
    }
    var entries: [Entry] = []
    for directory in cgroup.directories where !directory.isUnified {
      // The name is that of the place where the host has it; `cpu,cpuacct` may be mounted as `cpu` too.
      guard let name = ContainerPath(directory.mountPoint).components.last else { continue }
      entries.append(Entry(name: name, path: directory.absolutePath))
    }
    self = .hierarchies(entries)
  }
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
