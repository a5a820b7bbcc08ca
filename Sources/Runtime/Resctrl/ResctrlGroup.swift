// The resctrl group of a container.

import Linux
import OCI

/// The resctrl group of a container, as it stands in state.json.
struct ResctrlGroup: Equatable {
  /// Of the resctrl file system.
  var mountPoint = ""
  /// The class of service, a directory at the top; `.` is the top itself. Empty without a group.
  var name = ""
  /// The container's own monitoring group below it; empty without one.
  var monitoring = ""
  /// Made for this container, with which it ends: nobody named it.
  var isOwn = false

  var path: String { CgroupPath.joined(mountPoint, name) }
  /// Below the top.
  var monitoringPath: String { joined([name, "/mon_groups/", monitoring]) }

  /// Opens the way into the group, for a process that enters it by itself.
  func open() throws(RuntimeError) -> CgroupEntrance {
    var entrance = CgroupEntrance()
    for path in monitoring.isEmpty ? [name] : [name, monitoringPath] {
      let directory = CgroupDirectory(controllers: ["resctrl"], mountPoint: mountPoint, path: path)
      do throws(SystemCallError) {
        // A file system of the kernel holds the file already, and has no other way to make one.
        entrance.append(try directory.open().open("tasks", [.writeOnly, .create], mode: 0o600), of: directory)
      } catch {
        throw directory.failure("opening the resctrl group", error)
      }
    }
    return entrance
  }

  /// Removes what was made for the container; what is gone is no error. Processes left in it fall to the group above.
  func remove() throws(RuntimeError) {
    if name.isEmpty || (!isOwn && monitoring.isEmpty) { return }
    try doing("unable to remove container's IntelRDT group") { () throws(SystemCallError) in
      do throws(SystemCallError) {
        let top = try Descriptor.workingDirectory.open(mountPoint, [.path, .directory])
        try top.removeDirectory(isOwn ? name : monitoringPath)
      } catch {
        if error.errno != .noEntry { throw error }
      }
    }
  }
}

extension ResctrlGroup: JSONObject {
  mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("mount_point", &mountPoint)
    try json.field("name", &name)
    try json.field("monitoring", &monitoring)
    try json.field("own", &isOwn)
  }
}
