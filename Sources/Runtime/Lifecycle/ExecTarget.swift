// A container that a process is to enter.

import Linux
public import OCI

/// A container that a process is to enter, as it stands in its state directory.
public struct ExecTarget: ~Copyable {
  let state: StateDirectory
  let record: ContainerRecord
  /// What it was created with; without the system call filter where the record has it.
  public let spec: Spec

  init(_ state: consuming StateDirectory) throws(RuntimeError) {
    let record = try state.readRecord()
    spec = try state.readSpec(leavesOutFilter: record.filter.need != nil)
    self.record = record
    self.state = state
  }

  var filterNeed: FilterNeed { record.filter.need ?? spec.linux.filterNeed }

  /// The filter of the container; nil when it has none.
  func filter(stateRoot: borrowing Descriptor) throws(RuntimeError) -> SeccompProgram? {
    if filterNeed == .nothing { return nil }
    if let program = record.filter.program(in: state.directory) { return program }
    // Damaged, or of another release: made anew.
    guard let section = try state.readSpec().linux.seccomp else { return nil }
    return try SeccompProgram.obtain(for: section, stateRoot: stateRoot)
  }
}

extension ContainerRecord {
  /// Whether the container's first process is in another user namespace than this one.
  var hasOtherUserNamespace: Bool {
    let own = try? Descriptor.workingDirectory.status(of: "/proc/self/ns/user", followLinks: true)
    let its = try? Descriptor.workingDirectory.status(of: numbered("/proc/", pid, "/ns/user"), followLinks: true)
    guard let own, let its else { return true }
    return own.inode != its.inode
  }
}

extension ContainerStore {
  public func execTarget(_ id: String) throws(RuntimeError) -> ExecTarget {
    try ExecTarget(try stateDirectory(of: id))
  }
}
