// The operation `kill`.

import Linux
import OCI

extension ContainerStore {
  /// Sends a signal to the container's first process, or to all (runtime-spec, "Kill").
  public func kill(_ id: String, signal: Int32, all: Bool) throws(RuntimeError) {
    let state = try stateDirectory(of: id)
    let record = try state.readRecord()
    let cgroup = record.cgroup
    if all && !cgroup.directories.isEmpty {
      try cgroup.signalAll(signal)
      return
    }
    guard record.isCreated, let pidfd = record.identity.openPidfd() else {
      // Without a PID namespace of its own its other processes may have outlived the first.
      if signal == Signal.kill, record.isCreated, try !cgroup.processes().isEmpty {
        return try cgroup.signalAll(signal)
      }
      throw .wrongStatus("container not running")
    }
    // With a PID namespace of others the first process' end does not end the rest.
    if signal == Signal.kill, !cgroup.directories.isEmpty, try !state.readSpec().linux.makesNamespace(.pid) {
      try cgroup.signalAll(Signal.kill)
      return
    }
    try doing("sending the signal") { () throws(SystemCallError) in try pidfd.sendSignal(signal) }
    // A frozen process dies of nothing until it is thawed.
    if signal == Signal.kill { try cgroup.thawKilled() }
  }
}
