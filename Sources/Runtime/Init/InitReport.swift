// What the child tells: failures, warnings, that it is ready; and what it asks for.

import Linux
import OCI

extension InitProcess {
  /// Tells the failure to whoever waits for it: the parent until `ready`, afterwards the one that calls `start`.
  func report(_ report: SetupReport) {
    let packet = ChildMessage.failed(report).packet
    // With nobody left to tell there is nothing more to do: the process ends anyway.
    if hasParent {
      try? resources.channel.socket.send(packet)
    } else {
      try? resources.fifo?.writeAll(packet)
    }
  }

  func warn(_ text: String) throws(SetupFailure) { try send(.warning(text)) }

  func send(_ message: ChildMessage) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in try resources.channel.send(message) }
  }

  /// Asks the parent to run the hooks of the host's side, and waits.
  mutating func reportMounts() throws(SetupFailure) {
    try send(.mountsReady)
    guard case .hooksDone(let pid) = try resources.channel.receive() else { throw InitProcess.unexpected }
    hostPid = pid
  }

  /// Asks the parent for what only the host's root may do.
  func requestResourceLimits() throws(SetupFailure) {
    try send(.limitsWanted)
    if try resources.channel.receive() != .limitsSet { throw InitProcess.unexpected }
  }

  func requestNetDevices() throws(SetupFailure) {
    try send(.netDevicesWanted)
    if try resources.channel.receive() != .netDevicesMoved { throw InitProcess.unexpected }
  }

  /// Asks the parent for the source of the mount with this index.
  func requestSource(_ index: Int) throws(SetupFailure) -> MountTree {
    try send(.sourceWanted(index: Int32(truncatingIfNeeded: index)))
    return try resources.channel.receiveSource()
  }

  /// The last message: from here on the parent may be gone.
  mutating func reportReady() throws(SetupFailure) {
    try withProcfs { (procfs) throws(SetupFailure) in try closeInherited(procfs) }
    // The host's root among them.
    rootfs = nil
    procfs = nil
    try calling { () throws(SystemCallError) in try setSignalMask(InitProcess.endingSignals) }
    try send(.ready)
    hasParent = false
  }

  /// Lets go of what the caller left open, or it would be held for as long as we wait for `start`: the caller's
  /// descriptors outlive execve, and ours do not.
  private func closeInherited(_ procfs: borrowing Descriptor) throws(SetupFailure) {
    try calling { () throws(SystemCallError) in
      let folder = try procfs.open("self/fd", [.readOnly, .directory], resolve: [.beneath, .noMagicLinks])
      for entry in try folder.entries() {
        guard let number = Int32(entry.name), number > 2 + resources.preservedDescriptors else { continue }
        if !isCloseOnExec(number) { _ = Descriptor(owning: number) }
      }
    }
  }

  static var unexpected: SetupFailure { .refused("the runtime said something out of turn") }
}
