// The container's cgroup in all hierarchies.

import OCI

/// The container's cgroup in all hierarchies of the host. A value that names directories: making one touches nothing,
/// and state.json keeps it before the first directory is made.
public struct Cgroup: Equatable, Sendable {
  /// In the order of joining, one for each hierarchy.
  public internal(set) var directories: [CgroupDirectory]

  /// The cgroup as state.json tells it.
  public init(directories: [CgroupDirectory]) {
    self.directories = directories
  }

  public var kind: CgroupLayout.Kind {
    unifiedDirectory == nil ? .v1 : directories.count == 1 ? .v2 : .hybrid
  }

  /// The directory with that v1 controller; in a pure v2 tree the only directory.
  @inline(never)
  func directory(of controller: String) -> CgroupDirectory? {
    for directory in directories where directory.has(controller) || kind == .v2 { return directory }
    return nil
  }

  /// The directory in the v2 tree, also of a hybrid host.
  public var unifiedDirectory: CgroupDirectory? {
    // The last wherever there is one.
    guard let last = directories.last, last.isUnified else { return nil }
    return last
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
    let wanted = CgroupPath(cgroupsPath.isEmpty ? id : cgroupsPath)
    if wanted.relative.isEmpty || cgroupsPath.utf8.contains(0) {
      throw .invalidConfiguration(
        sentence("linux.cgroupsPath: '%' is no path of a cgroup below the top one", cgroupsPath))
    }
    let kind = layout.kind
    var directories: [CgroupDirectory] = []
    for hierarchy in layout.hierarchies {
      let parent = wanted.isAbsolute ? "" : Cgroup.parent(in: hierarchy, kind)
      directories.append(
        CgroupDirectory(
          controllers: hierarchy.controllers, mountPoint: hierarchy.mountPoint,
          path: CgroupPath.joined(parent, wanted.relative)))
    }
    self.init(directories: directories)
  }

  private static func parent(in hierarchy: CgroupHierarchy, _ kind: CgroupLayout.Kind) -> String {
    if !hierarchy.isUnified { return hierarchy.own }
    // Beside v1 hierarchies the tree holds no limits that a container should inherit: it goes to the top, as with runc.
    return kind == .hybrid ? "" : CgroupPath.parents(of: hierarchy.own).last ?? ""
  }
}
