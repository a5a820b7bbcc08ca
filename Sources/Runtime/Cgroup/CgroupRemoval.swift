// Removing the container's cgroup.

import Linux

extension Cgroup {
  /// Removes the container's directories and what the container made below them; parents stay, also those that
  /// `create` made, because other containers may be about to use them. What is gone already is no error.
  /// The last process may still be on its way out: it is waited for, up to two seconds.
  public func remove() throws(RuntimeError) {
    var busy: [CgroupDirectory] = []
    // v1 first: while the v2 directory exists it tells when the last process has left.
    for directory in directories {
      if try !directory.remove(waits: false) { busy.append(directory) }
    }
    if busy.isEmpty { return }
    _ = try waitUntilEmpty(timeoutMilliseconds: 1000)
    for directory in busy { _ = try directory.remove(waits: true) }
  }
}

extension CgroupDirectory {
  /// - Parameter waits: also removes what is below, and waits for the last process.
  /// - Returns: false when it is in use or has children; never when it waits.
  fileprivate func remove(waits: Bool) throws(RuntimeError) -> Bool {
    do throws(SystemCallError) {
      let mount = try openMount()
      if waits { try mount.removeCgroup(path, depth: 0) } else { try mount.removeDirectory(path) }
    } catch {
      if error.errno == .busy && !waits { return false }
      // A read-only mount refuses before it looks whether there is anything to remove.
      if error.errno.isVanished || error.errno == .readOnlyFileSystem && isAbsent { return true }
      throw .systemCall(doing: "removing the cgroup", named(error, below: mountPoint))
    }
    return true
  }

  private var isAbsent: Bool {
    do {
      _ = try open()
      return false
    } catch {
      return error.errno.isVanished
    }
  }
}

extension Descriptor {
  /// Removes bottom up, each directory retried while it is busy: 1, 2, 4 … milliseconds, a second in all.
  fileprivate borrowing func removeCgroup(_ name: String, depth: Int) throws(SystemCallError) {
    try Descriptor.checkCgroupDepth(depth)
    var milliseconds: Int64 = 1
    while true {
      do throws(SystemCallError) {
        try removeDirectory(name)
        return
      } catch {
        if error.errno.isVanished { return }
        if error.errno != .busy || milliseconds > 512 { throw error }
      }
      do throws(SystemCallError) {
        let directory = try open(name, [.path, .directory], resolve: .cgroup)
        for child in try directory.childCgroups() { try directory.removeCgroup(child, depth: depth + 1) }
      } catch {
        if !error.errno.isVanished {
          throw SystemCallError(
            call: error.call, subject: CgroupPath.joined(name, error.subject), errno: error.errno)
        }
      }
      // The first time at once: the children may have been all there was.
      if milliseconds > 1 { sleep(milliseconds: milliseconds) }
      milliseconds *= 2
    }
  }
}
