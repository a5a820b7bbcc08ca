// The cgroup directories that a failed creation takes away again.

import Linux

/// The cgroup directories that one creation made, parents before their children.
struct MadeDirectories {
  private var made: [CgroupDirectory] = []

  mutating func append(_ path: String, of directory: CgroupDirectory) {
    made.append(
      CgroupDirectory(controllers: directory.controllers, mountPoint: directory.mountPoint, path: path))
  }

  func contains(_ directory: CgroupDirectory) -> Bool { made.contains { $0.isSame(as: directory) } }

  /// Removes them, children first. What cannot be removed is in use by somebody who came meanwhile, and stays; the
  /// error that led here is the one to report.
  func undo() {
    for directory in made.reversed() {
      do throws(SystemCallError) {
        try directory.openMount().removeDirectory(directory.path)
      } catch {
        continue
      }
    }
  }
}

extension CgroupDirectory {
  /// Makes the directory and the parents that it lacks, and opens it.
  func make(isPureV2: Bool, _ made: inout MadeDirectories) throws(SystemCallError) -> Descriptor {
    let mount = try openMount()
    if isPureV2 { try makeUnifiedParents(below: mount, &made) }
    var attempts = 0
    while true {
      do throws(SystemCallError) {
        if try makeOne(path, below: mount) { made.append(path, of: self) }
        return try mount.open(path, [.path, .directory], resolve: .cgroup)
      } catch {
        attempts += 1
        // Somebody may remove an empty parent between our two calls.
        if error.errno != .noEntry || attempts > 3 { throw named(error) }
      }
      for parent in parents where try makeOne(parent, below: mount) { made.append(parent, of: self) }
    }
  }

  /// - Returns: false when it exists already.
  func makeOne(_ path: String, below mount: borrowing Descriptor) throws(SystemCallError) -> Bool {
    do {
      try mount.makeDirectory(path, mode: 0o755)
      return true
    } catch {
      if error.errno == .exists { return false }
      throw named(error)
    }
  }

  /// The paths above this one, from the top, without the mount point itself.
  var parents: [String] {
    let components = CgroupPath(path).components
    var list: [String] = []
    for count in 1..<components.count { list.append(components[..<count].joined(separator: "/")) }
    return list
  }

  /// Whether a container can do without this hierarchy when the kernel refuses to make its directory. Hierarchies
  /// without controllers limit nothing; others may be left out where the caller says so.
  func isDispensable(_ errno: Errno, _ options: CgroupCreation) -> Bool {
    let isRefusal = errno == .accessDenied || errno == .notPermitted || errno == .readOnlyFileSystem
    let isNamed = controllers.contains { $0.utf8.starts(with: "name=".utf8) }
    return isRefusal && (isNamed || options.contains(.leavesOutRefused))
  }

  /// Opens what a process needs to enter.
  func open(into entrance: inout CgroupEntrance, from opened: borrowing Descriptor) throws(SystemCallError) {
    if isUnified {
      entrance.set(unified: try opened.duplicate())
    } else {
      do {
        entrance.append(tasks: try opened.open("tasks", .writeOnly, resolve: .cgroup), of: self)
      } catch {
        throw named(error, below: absolutePath)
      }
    }
  }
}
