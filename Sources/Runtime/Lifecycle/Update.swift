// The operation `update`.

import Linux
import OCI

/// New limits for a container.
struct LimitChange {
  var resources = Resources()
  /// Lines for the schemata of its resctrl group; empty for none.
  var cacheSchema = ""
  var bandwidthSchema = ""
}

extension ContainerStore {
  /// Changes the limits of a container that was not stopped; what is not given stays as it is.
  /// - Parameter change: is asked once the container is there.
  func update(
    _ id: String, warn: (String) -> Void, _ change: () throws(RuntimeError) -> LimitChange
  ) throws(RuntimeError) {
    let state = try stateDirectory(of: id)
    let change = try change()
    try state.lock()
    let record = try state.readRecord()
    let status = try state.status(of: record)
    if status == .stopped || status == .creating { throw .wrongStatus("container not running") }
    let spec = try state.readSpec()
    let isUnified = record.cgroup.kind == .v2
    do throws(SpecError) {
      // What swap needs beside it may be in force already.
      var resources = change.resources
      resources.memory.swap = nil
      for warning in try resources.validate(isUnified ? .cgroupV2 : .cgroupV1) { warn(warning) }
    } catch {
      throw .invalidConfiguration(error.message)
    }
    if !isUnified && !change.resources.devices.isEmpty {
      warn("linux.resources.devices: device rules stay as they are, ignoring the new ones: cgroup v1")
    }
    try record.resctrl.update(change)
    try record.cgroup.update(change.resources, beside: spec.linux.devices) { (writes) throws(RuntimeError) in
      // The unit first: systemd writes the files, and what it rounds is put right after it.
      if !record.unit.utf8.isEmpty { try SystemdCommand.update(record.unit, writes) }
    }
  }
}

extension ResctrlGroup {
  /// Writes new lines into the schemata.
  fileprivate func update(_ change: LimitChange) throws(RuntimeError) {
    if change.cacheSchema.utf8.isEmpty && change.bandwidthSchema.utf8.isEmpty { return }
    let mountPoint = try ResctrlPlan.mountPoint()
    for (line, feature, refusal) in [
      (change.cacheSchema, "info/L3", "Intel RDT/CAT: l3 cache schema is not enabled"),
      (change.bandwidthSchema, "info/MB", "Intel RDT/MBA: memory bandwidth schema is not enabled"),
    ] where !line.utf8.isEmpty {
      if mountPoint.utf8.isEmpty || !ResctrlPlan.has(feature, in: mountPoint) { throw .unsupported(refusal) }
    }
    if name.utf8.isEmpty {
      throw .unsupported("updating a non-existent Intel RDT configuration is not supported")
    }
    try doing("changing the resctrl group") { () throws(SystemCallError) in
      let file = try Descriptor.workingDirectory.open(path + "/schemata", .writeOnly)
      for line in [change.cacheSchema, change.bandwidthSchema] where !line.utf8.isEmpty {
        try file.writeOnce(line + "\n", subject: path + "/schemata")
      }
    }
  }
}
