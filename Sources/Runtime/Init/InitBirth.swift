// Steps from the clone to a process alone in its namespaces.

import Linux
import OCI

extension InitProcess {
  /// Dies with the parent until the container is created, so that a killed `create` leaves no process behind.
  mutating func dieWithParent() throws(SetupFailure) {
    for number in resources.parentDescriptors { _ = Descriptor(owning: number) }
    try calling { () throws(SystemCallError) in
      try ProcessControl.setParentDeathSignal(Signal.kill)
      // The parent may have died before the call: its end of the socket is closed then.
      if try resources.channel.isHungUp() { exitNow(1) }
      resetSignalActions()
      try setSignalMask(.none)
      // Not the `memfd:` of the sealed copy.
      try ProcessControl.setName("apus:init")
    }
  }

  mutating func joinCgroups() throws(SetupFailure) {
    if let entrance = resources.cgroups.take() { try entrance.enter() }
    if let entrance = resources.resctrl.take() { try entrance.enter() }
  }

  func awaitMessage(_ message: ParentMessage) throws(SetupFailure) {
    if try resources.channel.receive() != message { throw InitProcess.unexpected }
  }

  /// Until here we are the host's root, whom the new user namespace may not know. A change of credentials clears the
  /// death signal (prctl(2)).
  func becomeRoot() throws(SetupFailure) {
    try calling { () throws(SystemCallError) in
      try setGroupID(0)
      try setUserID(0)
      try ProcessControl.setParentDeathSignal(Signal.kill)
    }
  }

  func joinNamespaces() throws(SetupFailure) {
    try calling { () throws(SystemCallError) in try resources.namespaces?.enter(withPid: false) }
  }

  /// Enters all namespaces of a running container at once; its pidfd cannot come to mean another process.
  func enterContainer(_ kinds: NamespaceKinds) throws(SetupFailure) {
    if kinds.isEmpty { return }
    try calling { () throws(SystemCallError) in try resources.container?.enterNamespace(kinds) }
  }

  mutating func joinKeyring(_ plan: KeyringPlan) throws(SetupFailure) {
    let isThere: Bool
    if plan.label.isEmpty {
      isThere = try ContainerKeyring.join(container: plan.id, search: plan.search)
    } else {
      isThere = try withProcfs { (procfs) throws(SetupFailure) in
        try ContainerKeyring.join(container: plan.id, label: plan.label, search: plan.search, procfs: procfs)
      }
    }
    if !isThere { try warn("the kernel has no session keyrings") }
  }

  mutating func runHooks(_ point: HookPoint) throws(SetupFailure) {
    if point == .createContainer { try enterRoot() }
    if point == .startContainer { prepareStartHooks() }
    // A hook inside the container is told the process id that it can see there, as with runc.
    let pid = point == .startContainer ? currentProcessID() : hostPid
    if let failure = resources.hooks?.run(point, pid: pid) { throw .refused(failure) }
  }

  /// As with runc hooks inside the container get the program's environment if they name none, and are under its filter.
  /// One that asks an agent is in force already.
  private mutating func prepareStartHooks() {
    resources.hooks?.environment = ProcessEnvironment(resources.process.env, home: home).entries
    if let filter = resources.seccomp, !filter.needsListener { resources.hooks?.filter = filter }
  }

  /// Hooks that prepare the root find it by relative paths, as with runc.
  private func enterRoot() throws(SetupFailure) {
    switch rootfs {
    case .some(let rootfs):
      try calling { () throws(SystemCallError) in try rootfs.tree.root.makeWorkingDirectory() }
    case .none: return
    }
  }
}
