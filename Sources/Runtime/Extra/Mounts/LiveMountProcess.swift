// The process that changes the mounts of a container that lives.
//
// Whose namespaces: it is born in the container's PID namespace; after `enter` its user, mount, network and IPC
// namespaces are the container's, and so is its root.

internal import Linux
internal import OCI

/// The process that changes the mounts of a container that lives. It enters the container, so it hides from debuggers,
/// and runs a file that nobody can write to.
struct LiveMountProcess: ~Copyable {
  /// A pidfd of the container's process: its number means another one in the container's PID namespace.
  private let container: Descriptor
  /// What a mount can depend on, where it is another one than ours.
  private let kinds: NamespaceKinds
  private let hasPid: Bool

  init(_ record: ContainerRecord, _ namespaces: [Namespace]) throws(RuntimeError) {
    var kinds: NamespaceKinds = []
    for namespace in namespaces where namespace.kind != .user || record.hasOtherUserNamespace {
      kinds.insert(namespace.kind.kinds)
    }
    if !kinds.contains(.mount) { throw .unsupported("the container has no mount namespace of its own") }
    guard let pidfd = record.identity.openPidfd() else { throw .wrongStatus("container not running") }
    hasPid = kinds.contains(.pid)
    self.kinds = kinds.intersection([.user, .mount, .network, .ipc])
    container = pidfd
  }

  /// Makes the mounts, all of them or none.
  borrowing func add(_ mounts: borrowing LiveMounts) throws(RuntimeError) {
    let report = try Report()
    let child = try start()
    if child.isChild { report.end(of: { () throws(SetupFailure) in try enter().add(mounts) }) }
    try report.check(child.pidfd)
  }

  /// Detaches what is mounted at the places, in their order; nothing when one of them is no mount point.
  borrowing func remove(_ places: [String]) throws(RuntimeError) {
    let report = try Report()
    let child = try start()
    if child.isChild { report.end(of: { () throws(SetupFailure) in try enter().remove(places) }) }
    try report.check(child.pidfd)
  }

  private borrowing func start() throws(RuntimeError) -> Clone {
    let pidfd = container.number
    return try doing("starting the process that mounts") { () throws(SystemCallError) in
      if hasPid { return try PidNamespace.clone(CloneOptions(), in: pidfd, subject: "pid") }
      return try clone()
    }
  }

  /// We are that process.
  private borrowing func enter() throws(SetupFailure) -> EnteredRootfs {
    let null = try Mask.null()
    do throws(SystemCallError) {
      try ProcessControl.setParentDeathSignal(Signal.kill)
      try ProcessControl.setDumpable(false)
      try container.enterNamespace(kinds)
      if kinds.contains(.user) {
        try setGroupID(0)
        try setUserID(0)
        // A change of credentials clears it (prctl(2)).
        try ProcessControl.setParentDeathSignal(Signal.kill)
      }
      return EnteredRootfs(rootfs: try Rootfs(entered: null))
    } catch {
      throw .call(error)
    }
  }
}

/// What the process has to say, in a file in memory: nobody has to read while it runs.
private struct Report: ~Copyable {
  private static let limit = 1 << 16

  private let file: Descriptor

  init() throws(RuntimeError) {
    file = try doing("making a file in memory") { () throws(SystemCallError) in
      try Descriptor.memoryFile("mounts", isExecutable: false)
    }
  }

  /// We are the process: does its work and ends.
  consuming func end(of work: () throws(SetupFailure) -> Void) -> Never {
    do {
      try work()
    } catch {
      // Without the words the exit code tells.
      try? file.writeAll(error.message)
      exitNow(1)
    }
    exitNow(0)
  }

  /// Waits for the end of the process.
  consuming func check(_ process: borrowing Descriptor) throws(RuntimeError) {
    let status = try doing("waiting for the process that mounts") { () throws(SystemCallError) in
      try process.waitForExit()
    }
    if status == .exited(0) { return }
    let bytes = try doing("reading what the process that mounts says") { () throws(SystemCallError) in
      try file.seek(to: 0)
      return try file.readToEnd(limit: Report.limit)
    }
    throw .setup(bytes.isEmpty ? "the process that mounts died" : text(bytes[...]))
  }
}
