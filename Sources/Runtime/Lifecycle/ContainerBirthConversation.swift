// The parent's side while the child sets itself up.

import Linux
import OCI

extension ContainerBirth {
  /// Makes the intermediate; its message `cloned` tells the child's id later.
  mutating func cloneIntermediate(
    _ resources: consuming ChildResources, namespaces: NamespaceKinds
  ) throws(RuntimeError) {
    let plan = plans.steps
    let child = try doing("starting the intermediate process") { () throws(SystemCallError) in try clone() }
    if child.isChild { Intermediate.run(resources, namespaces: namespaces, plan: plan) }
    intermediate = .some(child.pidfd)
  }

  /// Takes the child's process as the container's: writes it down first, then its identity maps.
  mutating func adopt(_ pid: Int32) throws(RuntimeError) {
    guard let stat = ProcessStat.read(pid) else { throw .setup("the container's process ended at once") }
    (record.pid, record.startTime) = (pid, stat.startTime)
    try state.write(record)
  }

  /// The systemd driver: a scope with the child in it; then what the kernel can do and systemd does not.
  private mutating func makeUnit(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    if plans.unit.utf8.isEmpty { return }
    try SystemdUnit.call("start", state, pid: record.pid)
    // Only now: a unit of that name may have been somebody else's. One whose start failed ends with the child.
    hasCgroup = true
    _ = try cgroup.create(plans.limits, .isOccupied, unified: plans.unified)
    try doing("continuing in the cgroup") { () throws(SystemCallError) in try channel.send(.cgroupReady) }
  }

  private mutating func mapIdentities(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    try makeUnit(channel)
    guard plans.bundle.spec.linux.makesNamespace(.user) else { return }
    let maps = IdentityMaps(uids: plans.bundle.spec.linux.uidMappings, gids: plans.bundle.spec.linux.gidMappings)
    let pid = record.pid
    if plans.options.contains(.isRootless) {
      try maps.writeAsUser(pid: pid, path: plans.programPath)
    } else {
      try doing("writing the identity maps") { () throws(SystemCallError) in try maps.write(pid: pid) }
    }
    try doing("continuing with the identity maps") { () throws(SystemCallError) in
      try channel.send(.identitiesMapped)
    }
  }

  /// Answers the child until it is ready or has failed.
  mutating func converse(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    if intermediate == nil { try mapIdentities(channel) }
    while true {
      let message = try doing("waiting for the container's process") { () throws(SystemCallError) in
        try channel.receive()
      }
      switch message {
      case .none: throw .setup(describeEnd())
      case .cloned(let pid): try adoptSibling(pid, channel)
      case .limitsWanted: try setLimits(channel)
      case .netDevicesWanted: try moveNetDevices(channel)
      case .sourceWanted(let index): try sendSource(index, channel)
      case .mountsReady: try runHostHooks(channel)
      case .listening(let number):
        let agent = SeccompAgent(plans.bundle.spec.linux.seccomp, pid: record.pid, record, .creating)
        try agent.handOver(number, ofPidfd: pidfdNumber, channel)
      case .warning(let text): warn(text)
      case .ready: return
      case .failed(let report):
        // runc's words, which callers know.
        throw .setup("unable to start container process: error during container init: " + report.message)
      }
    }
  }

  private mutating func adoptSibling(_ pid: Int32, _ channel: borrowing ParentChannel) throws(RuntimeError) {
    pidfd = try doing("watching the container's process") { () throws(SystemCallError) in try openPidfd(pid) }
    try adopt(pid)
    if let intermediate = intermediate.take() { _ = try? intermediate.waitForExit() }
    try mapIdentities(channel)
  }

  /// -1 without one.
  var pidfdNumber: Int32 {
    switch pidfd {
    case .some(let pidfd): return pidfd.number
    case .none: return -1
    }
  }

  private func runHostHooks(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    let container = pidfdNumber
    for point in [HookPoint.prestart, .createRuntime] {
      if let failure = hooks.run(point, pid: record.pid, container: container) { throw .setup(failure) }
    }
    let pid = record.pid
    try doing("continuing after the hooks") { () throws(SystemCallError) in try channel.send(.hooksDone(pid: pid)) }
  }

  /// Limits of a process in a user namespace, which it cannot raise by itself.
  private func setLimits(_ channel: borrowing ParentChannel) throws(RuntimeError) {
    try ContainerRuntime.setLimits(plans.process, of: record.pid, warn: warn)
    try doing("continuing after the limits") { () throws(SystemCallError) in try channel.send(.limitsSet) }
  }

  /// What to say of a child that died without a word.
  private func describeEnd() -> String {
    var status: ExitStatus?
    switch pidfd {
    case .some(let pidfd): status = try? pidfd.waitForExit()
    case .none: break
    }
    switch status {
    case .none: return "the container's process ended during its setup"
    case .signaled(Signal.kill): return "container init was killed during its setup (memory limit too low?)"
    case .signaled(let signal):
      return numbered("the container\'s process was ended by signal ", signal, " during its setup")
    case .exited(let code): return numbered("the container\'s process ended during its setup with exit code ", code)
    }
  }

  /// Undoes everything after a failure. What cannot be undone now stays written down for `delete --force`.
  mutating func abandon(in root: borrowing Descriptor) {
    if let pidfd = pidfd.take() {
      try? pidfd.sendSignal(Signal.kill)
      _ = try? pidfd.waitForExit()
    }
    if let intermediate = intermediate.take() {
      try? intermediate.sendSignal(Signal.kill)
      _ = try? intermediate.waitForExit()
    }
    do {
      if hasCgroup { try ContainerRemoval.removeCgroup(cgroup, unit: record.unit, state) }
      try record.resctrl.remove()
      try state.remove(from: root)
    } catch {
      warn("removing what was made: " + error.message)
    }
    for failure in hooks.runPoststop() { warn(failure) }
  }
}
