// The operations `pause` and `resume`, and the list of processes.

import Linux
import OCI

extension ContainerStore {
  /// Freezes all processes of a container.
  public func pause(_ id: String) throws(RuntimeError) {
    let state = try stateDirectory(of: id)
    try state.lock()
    let record = try state.readRecord()
    switch try state.status(of: record) {
    case .running, .created: try record.cgroup.freeze()
    case .paused: throw .wrongStatus("container already paused")
    case .creating, .stopped:
      throw .wrongStatus(sentence("container not running or created: %", try state.status(of: record).name))
    }
  }

  /// Lets a frozen container go on.
  public func resume(_ id: String) throws(RuntimeError) {
    let state = try stateDirectory(of: id)
    try state.lock()
    let record = try state.readRecord()
    if try state.status(of: record) != .paused { throw .wrongStatus("container not paused") }
    try record.cgroup.thaw()
  }

  /// The process ids of a container as the host sees them.
  public func processes(of id: String) throws(RuntimeError) -> [Int32] {
    let state = try stateDirectory(of: id)
    let record = try state.readRecord()
    return try record.cgroup.processes()
  }
}
