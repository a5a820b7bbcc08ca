// The way into the cgroup of a running container.

import Linux

extension Cgroup {
  /// Opens the way into the container's cgroup, or into cgroups below it, for a further process.
  public func open(_ sub: SubCgroups = SubCgroups()) throws(RuntimeError) -> CgroupEntrance {
    for entry in sub.paths where !entry.controller.isEmpty {
      if !directories.contains(where: { $0.has(entry.controller) }) {
        throw .usage("unknown controller \(entry.controller) in --cgroup")
      }
    }
    var entrance = CgroupEntrance()
    for directory in directories {
      let below = try sub.path(in: directory)
      let target = CgroupDirectory(
        controllers: directory.controllers, mountPoint: directory.mountPoint,
        path: below.isEmpty ? directory.path : directory.path + "/" + below)
      try doing("error adding pid of the new process to cgroups") { () throws(SystemCallError) in
        do throws(SystemCallError) {
          try target.open(into: &entrance, from: directory.open(below: below))
        } catch {
          throw target.named(error)
        }
      }
    }
    return entrance
  }

  /// Opens the way into the v2 cgroup in which a process of the container is now. In a pure v2 tree the container's own
  /// cgroup cannot be entered (EBUSY) once the container gave controllers to cgroups below it and moved itself there.
  public func openUnified(ofProcess pid: Int32) throws(RuntimeError) -> CgroupEntrance {
    try doing("error adding pid of the new process to cgroups") { () throws(SystemCallError) -> CgroupEntrance in
      let text = try Descriptor.workingDirectory.readFile("/proc/\(pid)/cgroup", limit: 1 << 20)
      var entrance = CgroupEntrance()
      for membership in CgroupMembership.all(in: text) where membership.isUnified {
        guard let unifiedDirectory else { break }
        let path = CgroupPath(membership.path).relative
        let target = CgroupDirectory(
          controllers: [], mountPoint: unifiedDirectory.mountPoint, path: path.isEmpty ? "." : path)
        try target.open(into: &entrance, from: target.open())
      }
      return entrance
    }
  }
}

extension CgroupDirectory {
  /// Opens a path below this directory, which it cannot leave.
  fileprivate func open(below path: String) throws(SystemCallError) -> Descriptor {
    let opened = try open()
    if path.isEmpty { return opened }
    return try opened.open(path, [.path, .directory], resolve: .cgroup)
  }
}
