// The way into a cgroup, open.

import Linux

/// The way into a cgroup: opened by the parent, taken by the child.
public struct CgroupEntrance: ~Copyable, Sendable {
  /// The `tasks` files of the v1 hierarchies, and last the directory in the v2 tree where there is one.
  private var opened = DescriptorList()
  private var directories: [CgroupDirectory] = []

  init() {}

  mutating func append(_ descriptor: consuming Descriptor, of directory: CgroupDirectory) {
    opened.append(descriptor)
    directories.append(directory)
  }

  /// The directory in the v2 tree for CLONE_INTO_CGROUP, open as long as this value lives; nil on a v1 host.
  public var unifiedNumber: Int32? {
    guard let last = directories.last, last.isUnified else { return nil }
    return opened[opened.count - 1]
  }

  /// The numbers of all descriptors, for the child's list of those to keep.
  public var numbers: [Int32] {
    var list: [Int32] = []
    for index in 0..<opened.count { list.append(opened[index]) }
    return list
  }

  /// The child enters the v1 hierarchies, before it unshares its cgroup namespace. A thread that moves itself needs
  /// no lock over its process and waits for no RCU grace period: 0.07 ms in all, where a pid written by the parent
  /// costs up to 15 ms.
  public consuming func enter() throws(SetupFailure) {
    for index in directories.indices where !directories[index].isUnified {
      do throws(SystemCallError) {
        try opened.lend(index) { (file) throws(SystemCallError) in try file.writeOnce("0", subject: "tasks") }
      } catch {
        throw .call(directories[index].named(error, below: directories[index].absolutePath))
      }
    }
  }
}

extension CgroupDirectory {
  /// Opens what a process needs to enter.
  /// - Parameter directory: this directory, or one below it.
  func open(
    into entrance: inout CgroupEntrance, from directory: borrowing Descriptor
  ) throws(SystemCallError) {
    if isUnified {
      entrance.append(try directory.duplicate(), of: self)
    } else {
      entrance.append(try directory.open("tasks", .writeOnly, resolve: .cgroup), of: self)
    }
  }
}
