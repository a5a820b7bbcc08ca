// Making the container's cgroup.

import Linux
import OCI

/// How the making of a cgroup deals with a caller who is not the host's root.
public struct CgroupCreation: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A hierarchy in which the caller may make nothing is left out. For rootless containers that ask for no path.
  public static let leavesOutRefused = CgroupCreation(rawValue: 1)
  /// No device rules: only the host's root can write them. For every rootless container.
  public static let withoutDeviceRules = CgroupCreation(rawValue: 2)
}

extension Cgroup {
  /// Makes the directories, sets the limits and opens the way in. On failure nothing is left that was made here.
  /// A directory that exists is taken over if it is empty and not frozen.
  /// Afterwards `directories` holds those that there are: fewer than before where some could be left out.
  public mutating func create(
    _ writes: [CgroupWrite], _ options: CgroupCreation = []
  ) throws(RuntimeError) -> CgroupEntrance {
    try checkControllers(writes)
    var made = MadeDirectories()
    do {
      return try create(writes, options, &made)
    } catch {
      made.undo()
      throw error
    }
  }

  private mutating func create(
    _ writes: [CgroupWrite], _ options: CgroupCreation, _ made: inout MadeDirectories
  ) throws(RuntimeError) -> CgroupEntrance {
    // All directories before the first limit: what is in use by somebody else must be found before it is changed.
    var opened = DescriptorList()
    var present: [CgroupDirectory] = []
    for directory in directories {
      do throws(SystemCallError) {
        opened.append(try directory.make(isPureV2: kind == .v2, &made))
        present.append(directory)
      } catch {
        if directory.isDispensable(error.errno, options) { continue }
        throw .systemCall(doing: "unable to apply cgroup configuration: making the cgroup", error)
      }
    }
    directories = present
    if options.contains(.leavesOutRefused) { try checkControllers(writes) }
    try checkUnused(opened, made)
    var entrance = CgroupEntrance()
    let cgroup = self
    for (index, directory) in present.enumerated() {
      let isNew = made.contains(directory)
      let isOwn = { (write: CgroupWrite) in
        cgroup.isLimited(write, in: directory)
          && !(options.contains(.withoutDeviceRules) && sameBytes(write.controller, "devices"))
      }
      try opened.lend(index) { (descriptor) throws(RuntimeError) in
        try directory.inheritCpuset(beside: writes, in: descriptor, isNew: isNew)
        var writer = CgroupWriter(directory)
        try writer.perform(writes, in: descriptor, where: isOwn)
        try doing("opening the cgroup") { () throws(SystemCallError) in
          try directory.open(into: &entrance, from: descriptor)
        }
      }
    }
    return entrance
  }

  /// A controller that the container does not get is an error only where a limit was asked for.
  private func checkControllers(_ writes: [CgroupWrite]) throws(RuntimeError) {
    for write in writes where !write.traits.contains(.optional) && directory(of: write.controller) == nil {
      throw .unsupported(
        "cannot set \(write.controller) limit: container could not join or create cgroup, for lack of a "
          + "\(write.controller) hierarchy")
    }
  }

  /// What runc checks: a look at one hierarchy stands for all. Directories that were made here need none.
  private func checkUnused(
    _ opened: borrowing DescriptorList, _ made: MadeDirectories
  ) throws(RuntimeError) {
    for (index, directory) in directories.enumerated() where !made.contains(directory) {
      let count = try doing("unable to get cgroup PIDs") { () throws(SystemCallError) -> Int in
        if !directory.isSame(as: processDirectory) { return 0 }
        return try opened.lend(index) { (descriptor) throws(SystemCallError) in
          try descriptor.cgroupProcesses(recursive: true).count
        }
      }
      if count > 0 { throw .wrongStatus("container's cgroup is not empty: \(count) process(es) found") }
      let isFrozen = try doing("unable to get cgroup freezer state") { () throws(SystemCallError) -> Bool in
        if !directory.isSame(as: freezerDirectory) { return false }
        return try opened.lend(index) { (descriptor) throws(SystemCallError) in
          try descriptor.isFrozenCgroup(isUnified: directory.isUnified)
        }
      }
      if isFrozen { throw .wrongStatus("container's cgroup unexpectedly frozen") }
    }
  }

  /// Whether a limit is set in that directory: by v1 controllers where there are any.
  func isLimited(_ write: CgroupWrite, in directory: CgroupDirectory) -> Bool {
    directory.isUnified ? directories.count == 1 : directory.has(write.controller)
  }
}
