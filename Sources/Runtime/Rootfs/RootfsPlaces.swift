// The places of mounts: found below the root, made when missing, and refused where they would deceive.

internal import Linux
internal import OCI

extension Rootfs {
  /// What a mount is going to cover.
  enum Covered { case nothingSpecial, procfs }

  /// Looks at the place of a mount.
  /// - Throws: `refused` on top of the root, and inside a procfs but for the few files that may be covered.
  borrowing func covers(_ plan: MountPlan, _ place: borrowing Place) throws(SetupFailure) -> Covered {
    let found = place.status
    let type = try calling { () throws(SystemCallError) in try place.file.fileSystemType() }
    if found.mountID == status.mountID && found.inode == status.inode {
      throw .refused(sentence(about: plan.destination, " cannot be mounted because it is on top of the rootfs"))
    }
    let isProcfs = type == Procfs.magic
    if sameBytes(plan.place, "/proc") { return .procfs }
    if isProcfs && found.inode == Procfs.rootInode { return .procfs }
    if isProcfs && !plan.mayCoverProcfs {
      throw .refused(sentence(about: plan.destination, " cannot be mounted because it is inside /proc"))
    }
    return .nothingSpecial
  }

  /// /proc takes a procfs only: a bind mount of one, as with the PID namespace of the host.
  borrowing func checkIsProcfs(_ plan: MountPlan, _ tree: borrowing MountTree) throws(SetupFailure) {
    let type = try calling { () throws(SystemCallError) in try tree.root.fileSystemType() }
    if type != Procfs.magic { throw Rootfs.isNotProcfs(plan) }
  }

  static func isNotProcfs(_ plan: MountPlan) -> SetupFailure {
    .refused(sentence(about: plan.destination, " cannot be mounted because it is not of type proc"))
  }

  /// The directory for a file system of the kernel: exactly where it is asked for (CVE-2019-19921, CVE-2023-27561).
  borrowing func ordinaryDirectory(_ plan: MountPlan, type: String) throws(SetupFailure) -> Place {
    do {
      return try RootWalk.open(plan.destination, in: tree.root, making: .ordinaryDirectory)
    } catch {
      if error.errno == .symbolicLinkLoop || error.errno == .notDirectory {
        throw .refused(sentence("filesystem ", about: type, " must be mounted on ordinary directory"))
      }
      throw .call(error)
    }
  }

  borrowing func directory(_ path: String) throws(SetupFailure) -> Place {
    try calling { () throws(SystemCallError) in try RootWalk.open(path, in: tree.root, making: .directory) }
  }

  /// Makes a directory with its parents where it is missing, such as the working directory of the process.
  public borrowing func makeDirectory(_ path: String) throws(SetupFailure) {
    _ = try directory(path)
  }
}
