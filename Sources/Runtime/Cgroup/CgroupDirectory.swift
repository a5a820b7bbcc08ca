// The container's cgroup in one hierarchy.

public import Linux

/// The container's cgroup in one hierarchy; kept in state.json.
public struct CgroupDirectory: Equatable, Sendable {
  /// As in `CgroupHierarchy`.
  public let controllers: [String]
  public let mountPoint: String
  /// Relative to the mount point, cleaned, never empty.
  public let path: String

  public init(controllers: [String], mountPoint: String, path: String) {
    self.controllers = controllers
    self.mountPoint = mountPoint
    self.path = path
  }

  public var isUnified: Bool { controllers.isEmpty }

  /// For people and for callers that want a path; we ourselves go through the mount point.
  public var absolutePath: String { mountPoint + "/" + path }

  /// Opens the directory for walks and for CLONE_INTO_CGROUP (an O_PATH descriptor).
  public func open() throws(SystemCallError) -> Descriptor {
    let mount = try openMount()
    return try mount.open(path, [.path, .directory], resolve: .cgroup)
  }

  func openMount() throws(SystemCallError) -> Descriptor {
    try Descriptor.workingDirectory.open(mountPoint, [.path, .directory], resolve: .noMagicLinks)
  }
}

extension ResolveFlags {
  /// Inside a cgroup file system: it has no links, and what a container may have mounted over its part is no cgroup.
  static let cgroup: ResolveFlags = [.beneath, .noMagicLinks, .noSymlinks, .noCrossMounts]
}
