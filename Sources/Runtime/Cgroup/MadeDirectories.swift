// The cgroup directories that a failed creation takes away again.

import Linux
import OCI

/// The cgroup directories that one creation made, parents before their children.
struct MadeDirectories {
  private var made: [CgroupDirectory] = []

  func contains(_ directory: CgroupDirectory) -> Bool {
    for other in made where other == directory { return true }
    return false
  }

  /// Makes a directory and the parents that it lacks, and opens it.
  @inline(never)
  mutating func make(_ directory: CgroupDirectory, isPureV2: Bool) throws(SystemCallError) -> Descriptor {
    let mount = try directory.openMount()
    var attempts = 0
    while true {
      do throws(SystemCallError) {
        if isPureV2 { try makeParents(of: directory, below: mount, givesControllers: true) }
        try makeOne(directory, below: mount)
        return try mount.open(directory.path, [.path, .directory], resolve: .cgroup)
      } catch {
        attempts += 1
        // Somebody may remove an empty parent between two of our calls.
        if error.errno != .noEntry || attempts > 3 { throw directory.named(error, below: directory.mountPoint) }
      }
      try makeParents(of: directory, below: mount, givesControllers: false)
    }
  }

  private mutating func makeParents(
    of directory: CgroupDirectory, below mount: borrowing Descriptor, givesControllers: Bool
  ) throws(SystemCallError) {
    if givesControllers { try mount.giveControllers("") }
    for parent in CgroupPath.parents(of: directory.path) {
      try makeOne(directory.at(parent), below: mount)
      if givesControllers { try mount.giveControllers(parent) }
    }
  }

  private mutating func makeOne(
    _ directory: CgroupDirectory, below mount: borrowing Descriptor
  ) throws(SystemCallError) {
    do {
      try mount.makeDirectory(directory.path, mode: 0o755)
      made.append(directory)
    } catch {
      if error.errno != .exists { throw directory.named(error, below: directory.mountPoint) }
    }
  }

  /// Removes them, children first. What cannot be removed is in use by somebody who came meanwhile, and stays; the
  /// error that led here is the one to report.
  func undo() {
    for directory in made.reversed() { _ = try? directory.openMount().removeDirectory(directory.path) }
  }
}

extension CgroupDirectory {
  /// Whether a container can do without this hierarchy when the kernel refuses to make its directory. Hierarchies
  /// without controllers limit nothing; others may be left out where the caller says so.
  func isDispensable(_ errno: Errno, _ options: CgroupCreation) -> Bool {
    if errno != .accessDenied && errno != .notPermitted && errno != .readOnlyFileSystem { return false }
    for controller in controllers where hasPrefix(controller, "name=") { return true }
    return options.contains(.leavesOutRefused)
  }
}

extension Descriptor {
  /// Lets a cgroup of a pure v2 tree, whose mount point this is, give all controllers to its children. A controller
  /// that cannot be had, because we are rootless or in a container, is missed only when a limit needs its file.
  fileprivate borrowing func giveControllers(_ path: String) throws(SystemCallError) {
    let file = CgroupPath.joined(path, "cgroup.subtree_control")
    let blank = UInt8(ascii: " ")
    let given = try cgroupText(file)
    var controllers = try cgroupText("cgroup.controllers")
    var missing = ""
    while let controller = controllers.takeField(blank) {
      if !given.hasField(controller.text, blank) { missing += sentence(" +%", controller.text) }
    }
    if missing.isEmpty { return }
    do throws(SystemCallError) {
      try writeCgroup(file, missing)
    } catch {
      var each = [UInt8](missing.utf8)[...]
      while let controller = each.takeField(blank) {
        if !controller.isEmpty { try? writeCgroup(file, controller.text) }
      }
    }
  }
}
