// What a tree takes of the disk, measured while others change it.

internal import Linux

/// What a tree takes of the disk. Its owner may be a container that runs and means no good: any depth takes two
/// descriptors, a file of many names counts once, and links and other file systems are not entered.
struct TreeUsage {
  private struct Level {
    let inode: UInt64
    var rest: [BytePath] = []
  }

  private(set) var usage = DiskUsage()
  private var linked: Set<UInt64> = []
  private var levels: [Level] = []

  /// - Parameter root: a directory; it counts itself.
  /// - Throws: EAGAIN when directories were moved meanwhile.
  static func measure(_ root: borrowing Descriptor) throws(SystemCallError) -> DiskUsage {
    var tree = TreeUsage()
    var directory = try root.open(".", [.readOnly, .directory])
    tree.usage.bytes = try directory.allocatedBytes(of: BytePath("."))
    tree.usage.inodes = 1
    try tree.enter(directory)
    while let level = tree.levels.last {
      if let name = level.rest.last {
        tree.levels[tree.levels.count - 1].rest.removeLast()
        guard let child = try tree.child(name, of: directory) else { continue }
        directory = child
        try tree.enter(directory)
      } else {
        tree.levels.removeLast()
        guard let above = tree.levels.last else { break }
        directory = try directory.open("..", [.readOnly, .directory], resolve: .noCrossMounts)
        guard try directory.status().inode == above.inode else {
          throw SystemCallError(call: "openat2", subject: "..", errno: .tryAgain)
        }
      }
    }
    return tree.usage
  }

  /// Counts the entries of a directory and remembers the directories among them.
  private mutating func enter(_ directory: borrowing Descriptor) throws(SystemCallError) {
    var level = Level(inode: try directory.status().inode)
    for entry in try directory.byteEntries() {
      do throws(SystemCallError) {
        let status = try directory.status(of: entry.name)
        if status.kind == .directory { level.rest.append(entry.name) }
        guard status.kind == .directory || status.links < 2 || linked.insert(status.inode).inserted else { continue }
        usage.bytes += try directory.allocatedBytes(of: entry.name)
        usage.inodes += 1
      } catch {
        guard error.errno == .noEntry else { throw error }
      }
    }
    levels.append(level)
  }

  /// Nil for a directory that is gone, or that something else stands in the place of.
  private func child(
    _ name: BytePath, of directory: borrowing Descriptor
  ) throws(SystemCallError) -> Descriptor? {
    do throws(SystemCallError) {
      let flags: OpenFlags = [.readOnly, .directory, .noFollow]
      return try directory.open(name, flags, resolve: [.beneath, .noSymlinks, .noCrossMounts])
    } catch {
      let passing: [Errno] = [.noEntry, .notDirectory, .symbolicLinkLoop, .crossDevice]
      guard passing.contains(error.errno) else { throw error }
      return nil
    }
  }
}
