// The way into the cgroup of a running container.

import Linux
import OCI

extension Cgroup {
  private static let entering = "error adding pid of the new process to cgroups"

  /// Opens the way into the container's cgroup, or into cgroups below it, for a further process.
  public func open(_ sub: SubCgroups = SubCgroups()) throws(RuntimeError) -> CgroupEntrance {
    try sub.check(against: self)
    var entrance = CgroupEntrance()
    for directory in directories {
      let path = try sub.path(in: directory)
      do throws(SystemCallError) {
        try directory.open(path, into: &entrance)
      } catch {
        throw directory.failure(Cgroup.entering, error)
      }
    }
    return entrance
  }

  /// Opens the way into the v2 cgroup in which a process of the container is now. In a pure v2 tree the container's own
  /// cgroup cannot be entered (EBUSY) once the container gave controllers to cgroups below it and moved itself there.
  public func openUnified(ofProcess pid: Int32) throws(RuntimeError) -> CgroupEntrance {
    var entrance = CgroupEntrance()
    guard let directory = unifiedDirectory else { return entrance }
    do throws(SystemCallError) {
      let file = sentence("/proc/%/cgroup", String(pid))
      for membership in CgroupMembership.all(in: try Descriptor.workingDirectory.readSmall(file, limit: 1 << 20))
      where membership.isUnified {
        let path = CgroupPath(membership.path).relative
        try directory.at(path.isEmpty ? "." : path).open("", into: &entrance)
      }
    } catch {
      throw directory.failure(Cgroup.entering, error)
    }
    return entrance
  }
}

extension CgroupDirectory {
  /// Opens the way into this directory, or into one below it, which the path cannot leave.
  fileprivate func open(_ path: String, into entrance: inout CgroupEntrance) throws(SystemCallError) {
    let mount = try openMount()
    let whole = path.isEmpty ? self.path : CgroupPath.joined(self.path, path)
    do {
      // In one walk: what is opened lies below the mount, without links and other mounts on the way.
      if isUnified {
        entrance.append(try mount.open(whole, [.path, .directory], resolve: .cgroup), of: self)
      } else {
        entrance.append(try mount.open(whole + "/tasks", .writeOnly, resolve: .cgroup), of: self)
      }
    } catch {
      throw named(error, below: mountPoint)
    }
  }
}
