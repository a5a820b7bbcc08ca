// The operation `start`.

import Linux
import OCI

extension ContainerStore {
  /// Lets a created container execute its program (runtime-spec, "Start"). Returns once it does.
  /// - Parameter host: the socket of the host's service manager, if there is one.
  /// - Returns: what the container tells by its own socket, if it has one.
  @discardableResult
  public func start(_ id: String, notifying host: String? = nil) throws(RuntimeError) -> NotifySocket? {
    let state = try stateDirectory(of: id)
    try state.lock()
    let record = try state.readRecord()
    try ContainerStore.checkStartable(try state.status(of: record))
    guard let pidfd = record.identity.openPidfd() else { throw ContainerStore.startOfStopped }
    let socket: NotifySocket?
    if let host {
      socket = try NotifySocket.bind(in: state, host: host, pid: record.pid)
    } else {
      socket = nil
    }
    let fifo = try state.openFifo()
    let report = try state.openReport()
    try doing("starting the container") { () throws(SystemCallError) in
      try fifo.writeAll("0", subject: StateDirectory.fifoName)
      try state.directory.removeFile(StateDirectory.fifoName)
      // The wait is for the container, and may be long: others may go on.
      try state.directory.unlock()
    }
    // Ours would hide that the container's process has closed its end.
    try? fifo.close()
    try StartReport.wait(pidfd, report)
    try runPoststartHooks(state, record, pidfd)
    return socket
  }

  /// Starts a created container and stays until it is ready or ends, if it was given a socket to say so.
  public func startReady(
    _ id: String, notifying host: String?, warn: (String) -> Void
  ) throws(RuntimeError) {
    guard let host else {
      _ = try start(id)
      return
    }
    let identity = try stateDirectory(of: id).readRecord().identity
    let pidfd = identity.openPidfd()
    guard let socket = try start(id, notifying: host), let pidfd else { return }
    do {
      try socket.forward(pidfd)
    } catch {
      // It runs all the same.
      warn("telling that the container is ready: " + error.message)
    }
  }

  fileprivate static var startOfStopped: RuntimeError { .wrongStatus("cannot start a container that has stopped") }

  private static func checkStartable(_ status: Status) throws(RuntimeError) {
    switch status {
    case .created: return
    case .stopped: throw startOfStopped
    case .running: throw .wrongStatus("cannot start an already running container")
    case .creating, .paused: throw .wrongStatus(sentence("cannot start a container in the % state", status.name))
    }
  }

  private func runPoststartHooks(
    _ state: borrowing StateDirectory, _ record: ContainerRecord, _ pidfd: borrowing Descriptor
  ) throws(RuntimeError) {
    if record.hasNoLateHooks { return }
    let spec = try state.readSpec()
    let hooks = HookRunner(
      hooks: spec.hooks, state: HookState(id: record.id, bundle: record.bundle, annotations: record.annotations))
    if let failure = hooks.run(.poststart, pid: record.pid) {
      // The specification wants the container stopped.
      try? pidfd.sendSignal(Signal.kill)
      throw .setup(failure)
    }
  }
}

extension StateDirectory {
  /// Opens the fifo for writing. Without a reader the container is dead, or runs already and only the name is left.
  fileprivate func openFifo() throws(RuntimeError) -> Descriptor {
    do {
      return try directory.open(StateDirectory.fifoName, [.writeOnly, .nonBlocking], resolve: .noSymlinks)
    } catch {
      if error.errno != .noSuchDevice { throw .systemCall(doing: "starting the container", error) }
      try? directory.removeFile(StateDirectory.fifoName)
      throw .wrongStatus("cannot start an already running container")
    }
  }

  /// The same fifo for reading, opened before the container goes on: what it writes is gone with the last descriptor.
  /// After `openFifo`, which must see no other reader.
  fileprivate func openReport() throws(RuntimeError) -> Descriptor {
    try doing("opening the start report") { () throws(SystemCallError) in
      try directory.open(StateDirectory.fifoName, [.readOnly, .nonBlocking], resolve: .noSymlinks)
    }
  }
}

/// What the container's process could not do after it was `created`.
private enum StartReport {
  /// Waits until the process has closed the fifo: by executing its program, or by its end.
  static func wait(_ pidfd: borrowing Descriptor, _ report: borrowing Descriptor) throws(RuntimeError) {
    try doing("waiting for the container's program") { () throws(SystemCallError) in
      var entries = [PollEntry(report.number, []), PollEntry(pidfd.number, .readable)]
      try poll(&entries)
    }
    // Nothing to read is good news.
    guard let packet = try? report.read(upTo: packetLimit), !packet.isEmpty else { return }
    // Our own byte: the process died before it could read it.
    if packet.count == 1 { throw ContainerStore.startOfStopped }
    guard case .failed(let report) = ChildMessage(packet: packet) else {
      throw .setup("the container's process left an unreadable report")
    }
    if report.step == SetupStep.execute.number { throw .executable(report.message) }
    throw .setup(report.message)
  }
}
