// A container as it is at one moment.

public import Linux
public import OCI

/// A container as it is at one moment: what `state` and `list` tell.
public struct ContainerSnapshot: Sendable {
  public let id: String
  /// 0 when the container is stopped.
  public let pid: Int32
  public let status: Status
  public let bundle: String
  public let rootfs: String
  /// The time of day at creation.
  public let created: Moment
  public let annotations: Annotations
  /// Who owns the state directory: the user that created the container.
  public let ownerUID: UInt32
}

extension StateDirectory {
  /// The status from what is written and from what the kernel says; takes no lock.
  func status(of record: ContainerRecord) throws(RuntimeError) -> Status {
    if !record.isCreated {
      // The child dies with the parent that is creating it, so without one nothing is left but pieces.
      return isLockedByAnother() ? .creating : .stopped
    }
    if !record.identity.isRunning { return .stopped }
    if hasFifo { return .created }
    return try record.cgroup.isFrozen() ? .paused : .running
  }

  func snapshot() throws(RuntimeError) -> ContainerSnapshot {
    let record = try readRecord()
    let status = try status(of: record)
    let owner = try doing("reading the state directory") { () throws(SystemCallError) in try directory.status().uid }
    return ContainerSnapshot(
      id: id, pid: status == .stopped ? 0 : record.pid, status: status, bundle: record.bundle, rootfs: record.rootfs,
      created: Moment(seconds: record.createdSeconds, nanoseconds: record.createdNanoseconds),
      annotations: record.annotations, ownerUID: owner)
  }
}

extension ContainerStore {
  public func snapshot(of id: String) throws(RuntimeError) -> ContainerSnapshot {
    try stateDirectory(of: id).snapshot()
  }
}
