// Removing trees whose depth is a stranger's choice.

extension Descriptor {
  /// Removes what `path` names with everything below it; what is gone already is no error.
  ///
  /// The folder that it lies in is found as the kernel finds any path, over mounts and links. From there on links are
  /// removed and never followed, and a mount is not entered: EXDEV, or EBUSY where it is on a file. Whatever the depth,
  /// three descriptors are open. EBUSY also says that somebody moves what is being removed.
  /// - Parameter path: absolute, or relative to this directory; its last part is a name (EINVAL for `.` and `..`).
  @inline(never)
  public borrowing func removeTree(_ path: BytePath) throws(SystemCallError) {
    let (folder, name) = path.split()
    let bytes = name.bytes
    if bytes.isEmpty || bytes.elementsEqual([46]) || bytes.elementsEqual([46, 46]) {
      throw SystemCallError(call: "unlinkat", subject: path.text, errno: .invalidArgument)
    }
    if folder.bytes.isEmpty { return try removeEntry(name) }
    let parent: Descriptor
    do {
      parent = try open(folder, [.path, .directory])
    } catch {
      if error.errno == .noEntry { return }
      throw error
    }
    try parent.removeEntry(name)
  }

  /// As `removeTree` of bytes; a NUL is refused with EINVAL.
  public borrowing func removeTree(_ path: String) throws(SystemCallError) {
    guard let bytes = BytePath(path.utf8) else {
      throw SystemCallError(call: "unlinkat", subject: path, errno: .invalidArgument)
    }
    try removeTree(bytes)
  }

  private borrowing func removeEntry(_ name: BytePath) throws(SystemCallError) {
    if try removeNonDirectory(name) { return }
    var directory = try openTree(name)
    var level = try TreeLevel(name, directory)
    // The way from the top to the open directory. It is climbed by `..`, so that depth costs neither descriptors nor
    // stack, only memory.
    var above: [TreeLevel] = []
    while true {
      if let entry = level.entries.popLast() {
        if try directory.removeNonDirectory(entry.name) { continue }
        let below = try directory.openTree(entry.name)
        above.append(level)
        level = try TreeLevel(entry.name, below)
        directory = below
      } else if let parent = above.popLast() {
        directory = try directory.climb(to: parent)
        try directory.removeDirectory(level.name)
        level = parent
      } else {
        return try removeDirectory(name)
      }
    }
  }

  /// Removes an entry that is no directory; false when it is one.
  private borrowing func removeNonDirectory(_ name: BytePath) throws(SystemCallError) -> Bool {
    do {
      try removeFile(name)
    } catch {
      if error.errno == .isDirectory { return false }
      if error.errno != .noEntry { throw error }
    }
    return true
  }

  private borrowing func openTree(_ name: BytePath) throws(SystemCallError) -> Descriptor {
    try open(name, [.readOnly, .directory, .noFollow], resolve: [.noCrossMounts, .beneath])
  }

  /// The directory above this one, if it is still the one that was come from: who moves this directory while it is
  /// emptied leads the climb elsewhere.
  private borrowing func climb(to level: TreeLevel) throws(SystemCallError) -> Descriptor {
    let parent = try open("..", [.readOnly, .directory], resolve: .noCrossMounts)
    let status = try parent.status()
    if status.inode != level.inode || status.device != level.device {
      throw SystemCallError(call: "openat2", subject: level.name.text, errno: .busy)
    }
    return parent
  }
}

/// A directory on the way down: what it is, and what is still in it.
private struct TreeLevel {
  let name: BytePath
  let inode: UInt64
  let device: DeviceNumber
  var entries: [ByteEntry]

  init(_ name: BytePath, _ directory: borrowing Descriptor) throws(SystemCallError) {
    let status = try directory.status()
    self.name = name
    inode = status.inode
    device = status.device
    entries = try directory.byteEntries()
  }
}
