// Where the monitors live.

internal import Foundation
internal import Linux

/// The cgroup of the monitors, outside of the daemon's own: stopping its unit leaves them alone, and a container that
/// runs out of memory does not take its monitor along.
final class MonitorCgroup: Sendable {
  /// Open `tasks` files of the version 1 hierarchies.
  private let tasks: DescriptorList
  /// The directory in the version 2 tree; absent where there is none.
  private let unified: Descriptor

  /// - Parameter path: in each hierarchy; made where it is missing.
  init(_ path: String) throws(PodError) {
    var tasks = DescriptorList()
    var unified = Descriptor.absent
    for mount in CgroupMount.current() {
      let folder = mount.place + path
      try attempting("making the monitors' cgroup") { () throws(SystemCallError) in
        let isNew = try MonitorCgroup.make(folder)
        if mount.isUnified {
          unified = try Descriptor.workingDirectory.open(folder, [.readOnly, .directory])
          return
        }
        if isNew, mount.options.contains("cpuset") { try MonitorCgroup.inherit(mount.place, folder) }
        tasks.append(try Descriptor.workingDirectory.open(folder + "/tasks", .writeOnly))
      }
    }
    self.tasks = tasks
    self.unified = unified
  }

  private static func make(_ folder: String) throws(SystemCallError) -> Bool {
    do throws(SystemCallError) { try Descriptor.workingDirectory.makeDirectory(folder, mode: 0o755) } catch {
      if error.errno == .exists { return false }
      throw error
    }
    return true
  }

  /// A new group of this hierarchy has no processors and lets nobody in (cgroup-v1 cpusets.rst).
  private static func inherit(_ parent: String, _ folder: String) throws(SystemCallError) {
    for name in ["cpuset.cpus", "cpuset.mems"] {
      let value = try Descriptor.workingDirectory.readFile("\(parent)/\(name)", limit: 65536)
      try Descriptor.workingDirectory.writeFile("\(folder)/\(name)", String(decoding: value, as: UTF8.self))
    }
  }

  /// Lets a program be born in the group.
  func place(_ spawn: inout Spawn) {
    for index in 0..<tasks.count { spawn.cgroupTasks.append(tasks[index]) }
    if unified.isOpen { spawn.cgroup = unified.number }
  }
}
