// Coming back after the daemon was away.

internal import Foundation
internal import Linux

extension Node {
  /// Finds again what was there before the daemon went away, takes back what was half made and records what ended
  /// meanwhile. To be called once, before anybody is served.
  public func recover() async throws {
    let boot = try Boot.id()
    let recorded = try await pool.run("recovery") { try self.readState() }
    for pod in recorded.pods { published.publish(pod) }
    for container in recorded.containers { published.publish(container) }
    var facts = KernelFacts()
    facts.isSameBoot = try await pool.run("recovery") { try self.database.boot() ?? boot } == boot
    if facts.isSameBoot { facts = try await gather(recorded) }
    for action in recorded.recovery(facts) {
      do { try await perform(action) } catch {
        report("recovery: \(action)", error, [:])
      }
    }
    try await pool.run("recovery") {
      try self.database.setBoot(boot)
      self.database.keepReserve()
    }
  }

  private func readState() throws(PodError) -> RecordedState {
    var state = RecordedState()
    state.pods = try database.pods()
    state.containers = try database.containers()
    state.owners = try database.owners()
    return state
  }

  private func gather(_ recorded: RecordedState) async throws -> KernelFacts {
    var facts = KernelFacts()
    for record in recorded.containers where record.isAlive {
      facts.containers[record.id] = await gather(record)
    }
    let pods = recorded.pods.filter { $0.state == .ready }
    facts.brokenPods = try await pool.run("recovery") {
      let table = try MountTable.current()
      return Set(pods.filter { !$0.isWhole(table) }.map(\.id))
    }
    return facts
  }

  private func gather(_ record: ContainerRecord) async -> ContainerFacts {
    var facts = ContainerFacts()
    facts.isProcessAlive = record.process?.isAlive ?? false
    facts.isMonitorAlive = record.monitor?.isAlive ?? false
    if let exit = ContainerExit.read(record, settings) {
      facts.exit = (exit.code, exit.finished)
      facts.ranOutOfMemory = exit.ranOutOfMemory
    }
    if record.state == .created && facts.isProcessAlive {
      // The daemon may have gone between the start and its record.
      let state = try? await runtime(record.handler, ["state", record.id], lane: record.id)
      let text = String(decoding: state?.output ?? [], as: UTF8.self)
      facts.wasStarted = text.contains("\"running\"") || text.contains("\"paused\"")
    }
    return facts
  }

  private func perform(_ action: RecoveryAction) async throws {
    switch action {
    case .rollBackContainer(let id): try await takeBack(container: id)
    case .rollBackPod(let id):
      for container in published.containers(ofPod: id) { try await takeBack(container: container.id) }
      try await takeBack(pod: id)
    case .rollBackStray(let owner):
      try await endPrograms(naming: owner)
      try await undo(owner)
    case .watch(let id, let isRunning):
      let record = try await change(container: id) { record in
        guard isRunning, record.state == .created else { return }
        record.state = .running
        record.started = Node.now()
      }
      if let record { watch(record) }
    case .recordExit(let id, let code, let finished, let ranOutOfMemory):
      try await change(container: id) {
        $0.end(ContainerExit(code: code, finished: finished, ranOutOfMemory: ranOutOfMemory))
      }
    case .recordUnknownEnd(let id): try await change(container: id) { $0.end(nil) }
    case .stopPod(let id): try await stopPod(id)
    }
  }

  /// Watches the first processes of the pods that are ready.
  public func watchPods() {
    for pod in published.pods where pod.state == .ready { watchInfra(pod) }
  }
}

extension PodRecord {
  /// Whether its namespaces are pinned and its process 1 lives.
  func isWhole(_ table: MountTable) -> Bool {
    if let infra, !infra.isAlive { return false }
    let pins = [networkNamespace, ipcNamespace, utsNamespace, userNamespace]
    return pins.compactMap { $0 }.allSatisfy { table.isMountPoint($0) }
  }
}
