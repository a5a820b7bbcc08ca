// Starting a process in a running container.

import Linux
import OCI

/// A process on its way into a running container.
struct ExecLaunch: ~Copyable {
  private let request: ExecRequest
  private let record: ContainerRecord
  private var terminal: TerminalPreparation
  private let namespaces: [Namespace]
  private let section: Seccomp?
  private let filter: SeccompProgram?
  private var pidfd: Descriptor?

  init(
    _ request: ExecRequest, _ target: borrowing ExecTarget, _ filter: SeccompProgram?
  ) throws(RuntimeError) {
    self.request = request
    record = target.record
    namespaces = target.spec.linux.namespaces
    section = target.spec.linux.seccomp
    self.filter = filter
    terminal = try TerminalPreparation(
      path: request.consoleSocket,
      TerminalNeeds(request.process, relays: request.options.contains(.relaysTerminal)))
  }

  /// Clones a child that enters the container, and waits until it executes its program.
  mutating func start(
    container: consuming Descriptor, _ processPlan: ProcessPlan, warn: (String) -> Void
  ) throws(RuntimeError) -> CreatedContainer {
    let kinds = try differingNamespaces()
    for warning in processPlan.warnings { warn(warning) }
    let isRootless = kinds.contains(.user) && effectiveUserID() != 0
    let setup = ExecSetup(
      id: record.id, process: request.process, namespaces: kinds, birthplace: isRootless ? [.pid, .user] : .pid,
      joinsCgroups: record.cgroup.isJoinedByChild || !record.resctrl.name.isEmpty)
    let plan = execPlan(for: setup, processPlan)
    let pair = try doing("making the setup socket") { () throws(SystemCallError) in
      try DescriptorPair.sockets(.sequentialPackets)
    }
    let parentSocket = pair.first
    let childSocket = pair.second
    let resources = try resources(socket: childSocket, container: container, parent: parentSocket.number)
    var pid = try cloneChild(resources, plan, isRootless ? .user : kinds.intersection(.pid))
    try converse(ParentChannel(socket: parentSocket), &pid, warn: warn)
    return try finish(pid)
  }

  /// The namespaces in which the container's first process may not be where we are. Only one's own user namespace is
  /// refused (setns(2)).
  private func differingNamespaces() throws(RuntimeError) -> NamespaceKinds {
    var kinds: NamespaceKinds = []
    for namespace in namespaces where namespace.kind != .user || record.hasOtherUserNamespace {
      kinds.insert(namespace.kind.kinds)
    }
    return kinds
  }

  private mutating func resources(
    socket: consuming Descriptor, container: consuming Descriptor, parent: Int32
  ) throws(RuntimeError) -> ChildResources {
    if record.cgroup.isPidsLimitReached() {
      throw .setup("the container has reached its limit of processes: resource temporarily unavailable")
    }
    var resources = ChildResources(channel: ChildChannel(socket: socket), process: request.process)
    resources.cgroups = try record.cgroup.open(request.subCgroups)
    // Nil when somebody removed the group meanwhile: the container is in it no more either.
    if !record.resctrl.name.isEmpty { resources.resctrl = try? record.resctrl.open() }
    resources.seccomp = filter
    resources.consoleSocket = terminal.sender.take()
    resources.container = consume container
    resources.preservedDescriptors = request.preservedDescriptors
    resources.parentDescriptors = [parent]
    return resources
  }

  private mutating func cloneChild(
    _ resources: consuming ChildResources, _ plan: [SetupStep], _ entered: NamespaceKinds
  ) throws(RuntimeError) -> Int32 {
    let earlier = try takeInitialAffinity()
    request.debug("nsexec container setup")
    var resources = consume resources
    let child = try clone(&resources, entersPid: entered == .pid)
    if child.isChild {
      if entered == .user { Intermediate.run(resources, namespaces: [], plan: plan) }
      InitProcess(resources: resources).run(plan)
    }
    // A convenience for the caller: the process has its own by now.
    if !earlier.isEmpty { try? setAffinity(earlier) }
    request.debug("child process in init()")
    let pid = child.pid
    pidfd = .some(child.pidfd)
    return pid
  }

  /// The child is born in the container's cgroup; in that of its first process where that one cannot be entered.
  private func clone(_ resources: inout ChildResources, entersPid: Bool) throws(RuntimeError) -> Clone {
    var isFirst = record.cgroup.kind == .v2 && request.subCgroups.isEmpty
    while true {
      do throws(SystemCallError) {
        return try resources.clone(CloneOptions(cgroup: resources.unifiedNumber), entersPid: entersPid)
      } catch {
        if error.errno != .busy || !isFirst { throw .systemCall(doing: "starting the process", error) }
      }
      isFirst = false
      resources.cgroups = try record.cgroup.openUnified(ofProcess: record.pid)
    }
  }

  /// The child inherits the processors that its parent may run on when it clones.
  /// - Returns: those of before; empty when nothing was changed.
  private func takeInitialAffinity() throws(RuntimeError) -> [UInt64] {
    let mask = request.process.execCPUAffinity.initialMask
    if mask.isEmpty { return [] }
    return try doing("error setting initial CPU affinity") { () throws(SystemCallError) in
      let earlier = try affinity()
      try setAffinity(mask)
      let first = try affinity().first ?? 0
      // As runc says it, whose tests look for it; the first 64 processors will do.
      request.debug(joined(["nsexec[", decimal(Int(currentProcessID())), "]: affinity: 0x", String(first, radix: 16)]))
      return earlier
    }
  }

  private mutating func converse(
    _ channel: consuming ParentChannel, _ pid: inout Int32, warn: (String) -> Void
  ) throws(RuntimeError) {
    while true {
      let message = try doing("waiting for the process") { () throws(SystemCallError) in try channel.receive() }
      switch message {
      // The socket is closed by execve: the program runs. Or by its end, which its exit status tells.
      case .none: return request.debug("setns_init: about to exec")
      case .warning(let text): warn(text)
      case .cloned(let sibling):
        pid = sibling
        try adopt(sibling)
      case .limitsWanted: try setLimits(pid, channel, warn)
      case .listening(let number):
        let agent = SeccompAgent(section, pid: pid, record, .running)
        try agent.handOver(number, ofPidfd: pidfdNumber, channel)
      case .failed(let report): throw .executable(report.message)
      default: throw .setup("the process said something out of turn")
      }
    }
  }

  /// Takes the intermediate's sibling in its place; the intermediate ends by itself.
  private mutating func adopt(_ sibling: Int32) throws(RuntimeError) {
    let process = try doing("watching the process") { () throws(SystemCallError) in try openPidfd(sibling) }
    if let intermediate = pidfd.take() { _ = try? intermediate.waitForExit() }
    pidfd = .some(process)
  }

  /// -1 without one.
  private var pidfdNumber: Int32 {
    switch pidfd {
    case .some(let pidfd): return pidfd.number
    case .none: return -1
    }
  }

  private func setLimits(
    _ pid: Int32, _ channel: borrowing ParentChannel, _ warn: (String) -> Void
  ) throws(RuntimeError) {
    try ContainerRuntime.setLimits(request.process, of: pid, warn: warn)
    try doing("continuing after the limits") { () throws(SystemCallError) in try channel.send(.limitsSet) }
  }

  private mutating func finish(_ pid: Int32) throws(RuntimeError) -> CreatedContainer {
    let console = try doing("receiving the console") { () throws(SystemCallError) in try terminal.takeMaster() }
    if let path = request.pidfdSocket, let number = pidfd?.number { try sendPidfd(number, to: path) }
    if let path = request.pidFile { try PidFile.write(pid, to: path) }
    guard let pidfd = pidfd.take() else { throw .setup("the process is gone") }
    return CreatedContainer(pid: pid, pidfd: pidfd, console: console)
  }

  mutating func abandon() {
    guard let pidfd = pidfd.take() else { return }
    try? pidfd.sendSignal(Signal.kill)
    _ = try? pidfd.waitForExit()
  }
}
