// The container's cgroup in all hierarchies.

/// The container's cgroup in all hierarchies of the host. A value that names directories: making one touches nothing,
/// and state.json keeps it before the first directory is made.
public struct Cgroup: Equatable, Sendable {
  /// In the order of joining, one for each hierarchy.
  public internal(set) var directories: [CgroupDirectory]

  /// The cgroup as state.json tells it.
  public init(directories: [CgroupDirectory]) {
    self.directories = directories
  }

  public var kind: CgroupLayout.Kind { CgroupLayout.Kind(directories.map { $0.controllers }) }

  /// The directory with that v1 controller; in a pure v2 tree the only directory.
  func directory(of controller: String) -> CgroupDirectory? {
    for directory in directories where directory.has(controller) { return directory }
    return kind == .v2 ? directories.first : nil
  }

  /// The directory in the v2 tree, also of a hybrid host.
  public var unifiedDirectory: CgroupDirectory? {
    for directory in directories where directory.isUnified { return directory }
    return nil
  }
}

extension Cgroup {
  /// Plans the cgroup as runc's cgroupfs driver does: an absolute path is below the mount point of each hierarchy, a
  /// relative one below the caller's own cgroup; in a pure v2 tree beside it, because a cgroup with processes cannot
  /// give controllers to its children.
  /// - Parameters:
  ///   - cgroupsPath: `linux.cgroupsPath`; the container's id when it is empty.
  /// - Throws: `invalidConfiguration` when the path names no cgroup of the container's own.
  public init(cgroupsPath: String, id: String, layout: CgroupLayout) throws(RuntimeError) {
    if cgroupsPath.utf8.contains(0) {
      throw .invalidConfiguration("linux.cgroupsPath: the path contains a NUL byte")
    }
    let wanted = CgroupPath(cgroupsPath.isEmpty ? id : cgroupsPath)
    if wanted.components.isEmpty {
      throw .invalidConfiguration("linux.cgroupsPath: '\(cgroupsPath)' is no cgroup below the top one")
    }
    let (kind, relative) = (layout.kind, wanted.relative)
    var directories: [CgroupDirectory] = []
    for hierarchy in layout.hierarchies {
      let parent = wanted.isAbsolute ? "" : Cgroup.parent(in: hierarchy, kind)
      directories.append(
        CgroupDirectory(
          controllers: hierarchy.controllers, mountPoint: hierarchy.mountPoint,
          path: parent.isEmpty ? relative : parent + "/" + relative))
    }
    self.init(directories: directories)
  }

  private static func parent(in hierarchy: CgroupHierarchy, _ kind: CgroupLayout.Kind) -> String {
    if !hierarchy.isUnified { return hierarchy.own }
    // Beside v1 hierarchies the tree holds no limits that a container should inherit: it goes to the top, as with runc.
    if kind == .hybrid { return "" }
    return CgroupPath(hierarchy.own).components.dropLast().joined(separator: "/")
  }
}
