// The operation `delete`.

import Linux
import OCI

extension ContainerStore {
  /// Removes what is left of a container (runtime-spec, "Delete").
  /// - Parameter force: one that is missing is no error, one that runs is killed, a half-made one is cleaned up.
  public func delete(_ id: String, force: Bool, warn: (String) -> Void) throws(RuntimeError) {
    try ContainerStore.check(id)
    guard let state = try StateDirectory.open(id: id, in: root) else {
      if force { return }
      throw .containerDoesNotExist(id: id)
    }
    if force { state.killWhileCreating() }
    do {
      try state.lock()
    } catch {
      if force && error.kind == .containerDoesNotExist { return }
      throw error
    }
    try remove(state, force: force, warn: warn)
  }

  private func remove(_ state: borrowing StateDirectory, force: Bool, warn: (String) -> Void) throws(RuntimeError) {
    guard let record = try state.record(isForced: force) else { return try state.remove(from: root) }
    let cgroup = record.cgroup
    let status = try state.ownStatus(of: record)
    if status != .stopped {
      if !force && status != .created {
        throw .wrongStatus(sentence("cannot delete container % that is not stopped: %", record.id, status.name))
      }
    }
    try ContainerRemoval.end(record, cgroup)
    let spec = record.hasNoLateHooks ? nil : try? state.readSpec()
    try ContainerRemoval.remove(record, state, in: root)
    guard let spec else { return }
    let hooks = HookRunner(
      hooks: spec.hooks, state: HookState(id: record.id, bundle: record.bundle, annotations: record.annotations))
    for failure in hooks.runPoststop() { warn(failure) }
  }
}

extension StateDirectory {
  /// The record; nil when there is none that names anything: nothing is made before it is written.
  fileprivate func record(isForced: Bool) throws(RuntimeError) -> ContainerRecord? {
    do {
      return try readRecord()
    } catch {
      if !isForced { throw .invalidConfiguration("the state of the container cannot be read: " + error.message) }
      // What is there and cannot be read just now would be lost with all that it names.
      if error.kind == .systemCall && !lacksRecord { throw error }
      return nil
    }
  }

  private var lacksRecord: Bool {
    do {
      _ = try directory.status(of: StateDirectory.recordName)
      return false
    } catch {
      return error.errno == .noEntry
    }
  }

  /// A container that another command is just creating: its process is killed, and that command fails and cleans up.
  fileprivate func killWhileCreating() {
    guard let record = try? readRecord(), !record.isCreated, isLockedByAnother() else { return }
    if let pidfd = record.identity.openPidfd() { try? pidfd.sendSignal(Signal.kill) }
  }

  /// The status, asked by the holder of the lock: nobody else can be creating.
  fileprivate func ownStatus(of record: ContainerRecord) throws(RuntimeError) -> Status {
    if record.isCreated || !record.identity.isRunning { return try status(of: record) }
    return .creating
  }
}
