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
  /// The container's process is in it already.
  public static let isOccupied = CgroupCreation(rawValue: 4)

  func leavesOut(_ write: CgroupWrite) -> Bool { contains(.withoutDeviceRules) && write.isOf(["devices"]) }
}

extension Cgroup {
  /// Makes the directories, sets the limits and opens the way in. On failure nothing is left that was made here.
  /// A directory that exists is taken over if it is empty and not frozen.
  /// Afterwards `directories` holds those that there are: fewer than before where some could be left out.
  /// - Parameter unified: what the directory of a pure v2 tree gets too.
  public mutating func create(
    _ writes: [CgroupWrite], _ options: CgroupCreation = [], unified: UnifiedSettings = UnifiedSettings()
  ) throws(RuntimeError) -> CgroupEntrance {
    try checkControllers(writes, options)
    var made = MadeDirectories()
    do {
      // All directories before the first limit: what somebody else uses must be found before it is changed.
      let isPureV2 = kind == .v2
      let opened = try makeDirectories(options, &made)
      if isPureV2 && directories.isEmpty { try checkNeedless(writes, options) }
      try checkControllers(writes, options)
      if !options.contains(.isOccupied) { try checkUnused(opened, made) }
      if kind == .v2 { try apply(unified, options, to: opened) }
      return try fill(opened, writes, options, made)
    } catch {
      made.undo()
      throw error
    }
  }

  private mutating func makeDirectories(
    _ options: CgroupCreation, _ made: inout MadeDirectories
  ) throws(RuntimeError) -> DescriptorList {
    let isPureV2 = kind == .v2
    var opened = DescriptorList()
    var present: [CgroupDirectory] = []
    for directory in directories {
      do throws(SystemCallError) {
        opened.append(try made.make(directory, isPureV2: isPureV2))
        present.append(directory)
      } catch {
        if directory.isDispensable(error.errno, options) { continue }
        throw directory.failure("unable to apply cgroup configuration: making the cgroup", error)
      }
    }
    directories = present
    return opened
  }

  private func apply(
    _ settings: UnifiedSettings, _ options: CgroupCreation, to opened: borrowing DescriptorList
  ) throws(RuntimeError) {
    var settings = settings
    if options.contains(.withoutDeviceRules) { settings.devices = [] }
    do throws(SystemCallError) {
      try opened.lend(0) { (directory) throws(SystemCallError) in try settings.apply(to: directory) }
    } catch {
      throw directories[0].failure("setting the device rules and the owner of the cgroup", error)
    }
  }

  private func fill(
    _ opened: borrowing DescriptorList, _ writes: [CgroupWrite], _ options: CgroupCreation, _ made: MadeDirectories
  ) throws(RuntimeError) -> CgroupEntrance {
    var entrance = CgroupEntrance()
    for (index, directory) in directories.enumerated() {
      let isNew = made.contains(directory)
      try opened.lend(index) { (descriptor) throws(RuntimeError) in
        var writer = CgroupWriter(directory, of: self, options)
        do throws(SystemCallError) {
          if directory.has("cpuset") { try directory.inheritCpuset(beside: writes, in: descriptor, isNew: isNew) }
        } catch {
          throw directory.failure("inheriting the cpuset of the cgroup", error)
        }
        try writer.perform(writes, in: descriptor)
        do throws(SystemCallError) {
          try directory.open(into: &entrance, from: descriptor)
        } catch {
          throw directory.failure("opening the cgroup", error)
        }
      }
    }
    return entrance
  }

  /// A controller that the container does not get is an error only where a limit was asked for.
  func checkControllers(_ writes: [CgroupWrite], _ options: CgroupCreation = []) throws(RuntimeError) {
    if kind == .v2 { return }
    for write in writes where !write.isOptional && !options.leavesOut(write) {
      if directories.contains(where: { write.isOf($0.controllers) }) { continue }
      throw .unsupported(
        sentence(
          "cannot set % limit: container could not join or create cgroup, for lack of a hierarchy with it",
          write.controller))
    }
  }

  /// A container without a cgroup in a pure v2 tree, in the words of runc.
  private func checkNeedless(_ writes: [CgroupWrite], _ options: CgroupCreation) throws(RuntimeError) {
    for write in writes where !write.isOptional && !options.leavesOut(write) {
      throw .unsupported(
        "rootless needs no limits + no cgrouppath when no permission is granted for cgroups: permission denied")
    }
  }

  /// What runc checks: a look at one hierarchy stands for all. Directories that were made here need none.
  private func checkUnused(_ opened: borrowing DescriptorList, _ made: MadeDirectories) throws(RuntimeError) {
    for (index, directory) in directories.enumerated() where !made.contains(directory) {
      var (count, isFrozen) = (0, false)
      do throws(SystemCallError) {
        try opened.lend(index) { (descriptor) throws(SystemCallError) in
          if directory == processDirectory { count = try descriptor.cgroupProcesses().count }
          if directory == freezerDirectory { isFrozen = try descriptor.isFrozenCgroup(directory.isUnified) }
        }
      } catch {
        throw directory.failure("looking for users of the cgroup", error)
      }
      if count > 0 {
        throw .wrongStatus(sentence("container's cgroup is not empty: % process(es) found", String(count)))
      }
      if isFrozen { throw .wrongStatus("container's cgroup unexpectedly frozen") }
    }
  }
}
