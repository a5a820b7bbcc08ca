// What the child tells: failures, warnings, that it is ready; and what it asks for.

import Linux
import OCI

extension InitProcess {
  /// Tells the failure to whoever waits for it: the parent until `ready`, afterwards the one that calls `start`.
  func report(_ report: SetupReport) {
    let message = ChildMessage.failed(report)
    // With nobody left to tell there is nothing more to do: the process ends anyway.
    if hasParent {
      try? resources.channel.send(message)
    } else {
      try? resources.fifo?.writeAll(message.packet)
    }
  }

  /// A program of a started container that cannot be executed is told to the container's own log too, as with runc.
  /// After the report: a reader that is gone or a strict filter may end us here.
  func showInContainer(_ failure: SetupFailure) {
    if !hasParent { StandardStream.error.tryWriteLine(failure.error.subject) }
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
    try send(.ready)
    hasParent = false
  }

  static var unexpected: SetupFailure { .refused("the runtime said something out of turn") }
}
