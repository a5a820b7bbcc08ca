// Ending a container and removing its resources.

import Linux
import OCI

/// Ending a container and removing its resources, in the order in which nothing can be left without an owner.
enum ContainerRemoval {
  /// How long the end of a killed process may take. It is a matter of milliseconds unless a disk hangs.
  private static let timeoutMilliseconds: Int32 = 10_000

  /// Kills every process of the container and waits for the first one's end.
  static func end(_ record: ContainerRecord, _ cgroup: Cgroup) throws(RuntimeError) {
    if let pidfd = record.identity.openPidfd() {
      // It may have ended just now.
      try? pidfd.sendSignal(Signal.kill)
      try cgroup.signalAll(Signal.kill)
      try doing("waiting for the end of the container") { () throws(SystemCallError) in
        var entries = [PollEntry(pidfd.number, .readable)]
        let ready = try poll(&entries, timeoutMilliseconds: timeoutMilliseconds)
        if ready == 0 { throw SystemCallError(call: "kill", subject: numbered("", record.pid), errno: .timedOut) }
      }
    } else {
      // Others may have outlived the first process where the PID namespace is not the container's own.
      try cgroup.signalAll(Signal.kill)
    }
  }

  /// Removes the cgroups and the resctrl group, and then the record of them.
  static func remove(
    _ record: ContainerRecord, _ state: borrowing StateDirectory, in root: borrowing Descriptor
  ) throws(RuntimeError) {
    try removeCgroup(record.cgroup, unit: record.unit, state)
    try record.resctrl.remove()
    try state.remove(from: root)
  }

  /// Ends the unit of systemd, if there is one, and removes the cgroups.
  static func removeCgroup(
    _ cgroup: Cgroup, unit: String, _ state: borrowing StateDirectory
  ) throws(RuntimeError) {
    if !unit.utf8.isEmpty { try SystemdUnit.call("stop", state) }
    try cgroup.remove()
  }
}
