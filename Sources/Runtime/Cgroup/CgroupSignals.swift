// Signals to all processes of a container.

import Linux

extension Cgroup {
  /// The directory whose processes count as the container's: the one that runc looks at.
  var processDirectory: CgroupDirectory? { directory(of: "devices") ?? directories.first }

  /// The processes of the container, by their ids in our PID namespace; none when the cgroup is gone.
  public func processes() throws(RuntimeError) -> [Int32] {
    guard let directory = processDirectory else { return [] }
    do throws(SystemCallError) {
      return try directory.open().cgroupProcesses()
    } catch {
      if error.errno.isVanished { return [] }
      throw directory.failure("reading the processes of the cgroup", error)
    }
  }

  /// Sends a signal to all processes. SIGKILL reaches also those that are born meanwhile, and frozen ones.
  public func signalAll(_ signal: Int32) throws(RuntimeError) {
    if signal != Signal.kill { return try signalOnce(signal) }
    // cgroup.kill (kernel 5.14) also in the v2 tree of a hybrid host: nothing can be born past it.
    if try killUnified() { return thawTree() }
    // Without it: again and again until nobody is left, for new ones appear where freezing fails.
    for _ in 0..<100 {
      if try processes().isEmpty { return }
      try signalOnce(signal)
      sleep(milliseconds: 1)
    }
  }

  /// - Returns: false without a v2 tree, or when our cgroup in it is gone.
  private func killUnified() throws(RuntimeError) -> Bool {
    guard let directory = unifiedDirectory else { return false }
    do throws(SystemCallError) {
      try directory.open().writeCgroup("cgroup.kill", "1")
      return true
    } catch {
      if error.errno.isVanished { return false }
      throw directory.failure("killing the processes of the cgroup", error)
    }
  }

  /// Frozen while the list is read, so that nobody escapes by forking. A freezer that fails is no reason not to signal.
  private func signalOnce(_ signal: Int32) throws(RuntimeError) {
    let wasFrozen = try isFrozen()
    if !wasFrozen { try? freeze() }
    defer { if !wasFrozen || signal == Signal.kill { thawTree() } }
    for pid in try processes() where pid > 0 {
      do throws(SystemCallError) {
        try sendSignal(signal, to: pid)
      } catch {
        if error.errno == .noSuchProcess { continue }
        throw .systemCall(doing: "signalling the processes of the cgroup", error)
      }
    }
  }

  /// A killed process in a frozen v1 cgroup lives until it is thawed, and a container with a writable cgroup mount can
  /// freeze a part of itself. What could not be thawed shows when the processes stay.
  private func thawTree() {
    guard let directory = freezerDirectory else { return }
    try? directory.open().thawCgroups(isUnified: directory.isUnified)
  }

  /// Waits until no process is left.
  /// - Returns: false after the time-out.
  public func waitUntilEmpty(timeoutMilliseconds: Int64) throws(RuntimeError) -> Bool {
    if let directory = unifiedDirectory {
      do throws(SystemCallError) {
        return try directory.open().waitForCgroupEvent(
          "populated", 0, timeoutMilliseconds: timeoutMilliseconds)
      } catch {
        if error.errno.isVanished { return true }
        throw directory.failure("waiting for the processes of the cgroup", error)
      }
    }
    let start = Moment.monotonic()
    while try !processes().isEmpty {
      if Moment.monotonic().milliseconds(since: start) >= timeoutMilliseconds { return false }
      sleep(milliseconds: 1)
    }
    return true
  }
}
