// The operation `create`.

import Linux
import OCI

extension ContainerStore {
  /// Makes a container that waits for `start` (runtime-spec, "Create").
  /// - Parameter warn: receives sentences about what was asked for and is ignored.
  public func create(
    _ request: CreateRequest, warn: @escaping (String) -> Void
  ) throws(RuntimeError) -> CreatedContainer {
    try ContainerStore.check(request.id)
    let plans = try ContainerPlans(request)
    for warning in plans.warnings { warn(warning) }
    let files = plans.namespaces.joined.isEmpty ? nil : try NamespaceFiles(plans.namespaces.joined)
    switch files {
    case .some(let files):
      try files.checkParameters(plans.bundle.spec.linux.sysctl)
      try files.checkDevices(plans.bundle.spec.linux.netDevices)
    case .none: break
    }
    var terminal = try TerminalPreparation(
      path: request.consoleSocket,
      TerminalNeeds(plans.bundle.spec.process, relays: request.options.contains(.relaysTerminal)))
    let state = try StateDirectory.create(id: request.id, in: root)
    var birth = ContainerBirth(plans, request, files: files, state: state, warn: warn)
    do {
      try birth.create(in: root, sender: terminal.sender.take())
      return try finish(&birth, request, &terminal)
    } catch {
      birth.abandon(in: root)
      throw error
    }
  }

  private func finish(
    _ birth: inout ContainerBirth, _ request: CreateRequest, _ terminal: inout TerminalPreparation
  ) throws(RuntimeError) -> CreatedContainer {
    let pid = birth.record.pid
    let console = try doing("receiving the console") { () throws(SystemCallError) in try terminal.takeMaster() }
    if let path = request.pidfdSocket { try sendPidfd(birth.pidfdNumber, to: path) }
    if let path = request.pidFile { try PidFile.write(pid, to: path) }
    guard let pidfd = birth.pidfd.take() else { throw .setup("the container has no process") }
    return CreatedContainer(pid: pid, pidfd: pidfd, console: console, filterFlags: birth.filterFlags)
  }
}
