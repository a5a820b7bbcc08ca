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
      let isRemoved = try removing { () throws(SystemCallError) in try directory.removeLeaf() }
      if !isRemoved { busy.append(directory) }
    }
    if busy.isEmpty { return }
    _ = try waitUntilEmpty(timeoutMilliseconds: 1000)
    for directory in busy {
      try removing { () throws(SystemCallError) in try directory.removeTree() }
    }
  }

  private func removing<T>(_ body: () throws(SystemCallError) -> T) throws(RuntimeError) -> T {
    try doing("removing the cgroup", body)
  }
}

extension CgroupDirectory {
  /// - Returns: false when it is in use or has children.
  fileprivate func removeLeaf() throws(SystemCallError) -> Bool {
    do {
      try openMount().removeDirectory(path)
      return true
    } catch {
      if error.errno.isVanished { return true }
      if error.errno == .busy { return false }
      // A read-only mount refuses before it looks whether there is anything to remove.
      if error.errno == .readOnlyFileSystem && isAbsent { return true }
      throw named(error)
    }
  }

  private var isAbsent: Bool {
    do {
      _ = try open()
      return false
    } catch {
      return error.errno.isVanished
    }
  }

  /// Removes bottom up, each directory retried while it is busy: 1, 2, 4 … milliseconds, a second in all.
  fileprivate func removeTree() throws(SystemCallError) {
    do {
      try openMount().removeCgroup(path, depth: 0)
    } catch {
      throw named(error)
    }
  }
}

extension Descriptor {
  fileprivate borrowing func removeCgroup(_ name: String, depth: Int) throws(SystemCallError) {
    if depth > 256 { throw SystemCallError(call: "rmdir", subject: name, errno: .symbolicLinkLoop) }
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
        let children = try directory.childCgroups()
        for child in children { try directory.removeCgroup(child, depth: depth + 1) }
        if !children.isEmpty { continue }
      } catch {
        if !error.errno.isVanished { throw error }
      }
      sleep(milliseconds: milliseconds)
      milliseconds *= 2
    }
  }
}
