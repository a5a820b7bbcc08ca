// The way into a cgroup, open.

import Linux

/// The way into a cgroup: opened by the parent, taken by the child.
public struct CgroupEntrance: ~Copyable, Sendable {
  /// The `tasks` files of the v1 hierarchies.
  private var tasks = DescriptorList()
  private var directories: [CgroupDirectory] = []
  private var unified: Descriptor?

  init() {}

  mutating func append(tasks file: consuming Descriptor, of directory: CgroupDirectory) {
    tasks.append(file)
    directories.append(directory)
  }

  mutating func set(unified directory: consuming Descriptor) {
    unified = consume directory
  }

  /// The directory in the v2 tree for CLONE_INTO_CGROUP, open as long as this value lives; nil on a v1 host.
  public var unifiedNumber: Int32? {
    // Optional's map would consume the descriptor.
    switch unified {
    case .some(let directory): return directory.number
    case .none: return nil
    }
  }

  /// The numbers of all descriptors, for the child's list of those to keep.
  public var numbers: [Int32] {
    var list: [Int32] = []
    for index in 0..<tasks.count { list.append(tasks[index]) }
    if let unifiedNumber { list.append(unifiedNumber) }
    return list
  }

  /// The child enters the v1 hierarchies, before it unshares its cgroup namespace. A thread that moves itself needs
  /// no lock over its process and waits for no RCU grace period: 0.03 ms in all, where a pid written by the parent
  /// costs up to 15 ms.
  public consuming func enter() throws(SetupFailure) {
    for index in 0..<tasks.count {
      do throws(SystemCallError) {
        try tasks.lend(index) { (file) throws(SystemCallError) in try file.writeOnce("0", subject: "tasks") }
      } catch {
        throw .call(directories[index].named(error, below: directories[index].absolutePath))
      }
    }
  }
}
