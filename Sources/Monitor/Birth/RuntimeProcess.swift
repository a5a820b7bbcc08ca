// Starting the runtime.

import Linux

/// Starts the runtime: a child with default signals, an empty mask, the container's streams as its own, and the score
/// of whoever started us.
struct RuntimeProcess: ~Copyable {
  private(set) var pidfd = Descriptor.absent

  /// The container's ends of its streams. Those that are closed leave our own in place (passthrough).
  struct Streams: ~Copyable {
    var input = Descriptor.absent
    var output = Descriptor.absent
    var errors = Descriptor.absent
  }

  /// What the child does before it becomes the runtime.
  struct Preparation {
    let arguments: [String]
    var environment = processEnvironment()
    /// LISTEN_PID names us, or is to be replaced in any case.
    let replacesListenPID: Bool
    let oomScore: String?
  }

  /// - Parameter start: a pipe to read first, so that a client is attached before anything is written; or closed.
  mutating func start(
    _ preparation: Preparation, _ streams: borrowing Streams, start: borrowing Descriptor
  ) throws(SystemCallError) {
    let parent = currentProcessID()
    let child = try clone()
    if !child.isChild {
      pidfd = child.pidfd
      return
    }
    // The child: a copy of the monitor, with its descriptors and memory.
    do {
      try RuntimeProcess.become(preparation, streams, start, parent)
    } catch {
      StandardStream.error.tryWrite([UInt8](("cannot start the runtime: " + error.message + "\n").utf8))
    }
    exitNow(127)
  }

  private static func become(
    _ preparation: Preparation, _ streams: borrowing Streams, _ start: borrowing Descriptor, _ parent: Int32
  ) throws(SystemCallError) {
    try ProcessControl.setParentDeathSignal(Signal.kill)
    // The monitor may have died before the line above.
    if parentProcessID() != parent { exitNow(127) }
    if streams.input.isOpen { try placeDescriptor(streams.input, at: 0) }
    if streams.output.isOpen { try placeDescriptor(streams.output, at: 1) }
    if streams.errors.isOpen { try placeDescriptor(streams.errors, at: 2) }
    if start.isOpen { try StartPipe.read(start) }
    OOMScore.set(preparation.oomScore)
    let environment = environment(preparation, parent)
    let vector = StringVector(preparation.arguments)
    resetSignalActions()
    try setSignalMask(.none)
    throw StringVector.execute(preparation.arguments[0], arguments: vector, environment: StringVector(environment))
  }

  /// Sockets are passed to the process that LISTEN_PID names (sd_listen_fds(3)): the caller could only name the
  /// monitor.
  private static func environment(_ preparation: Preparation, _ parent: Int32) -> [String] {
    let name = [UInt8]("LISTEN_PID=".utf8)
    let named = "LISTEN_PID=\(parent)"
    return preparation.environment.map { entry in
      let isOurs = entry.utf8.starts(with: name) && (preparation.replacesListenPID || entry.isExactly(named))
      return isOurs ? "LISTEN_PID=\(currentProcessID())" : entry
    }
  }
}
