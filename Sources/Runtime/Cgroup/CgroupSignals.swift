// Signals to all processes of a container.

import Linux

extension Cgroup {
  /// The directory whose processes count as the container's: the one that runc looks at.
  var processDirectory: CgroupDirectory? {
    if let devices = directory(of: "devices") { return devices }
    return directories.first
  }

  /// The processes of the container, by their ids in our PID namespace; none when the cgroup is gone.
  public func processes() throws(RuntimeError) -> [Int32] {
    guard let processDirectory else { return [] }
    return try processDirectory.performing("reading the processes of the cgroup", gone: []) {
      (opened) throws(SystemCallError) in try opened.cgroupProcesses(recursive: true)
    }
  }

  /// Sends a signal to all processes. SIGKILL reaches also those that are born meanwhile, and frozen ones.
  public func signalAll(_ signal: Int32) throws(RuntimeError) {
    if signal == Signal.kill {
      try killAll()
    } else {
      try signalOnce(signal)
    }
  }

  private func killAll() throws(RuntimeError) {
    // cgroup.kill (kernel 5.14) also in the v2 tree of a hybrid host: nothing can be born past it.
    let what = "killing the processes of the cgroup"
    let isKilled = try unifiedDirectory?.performing(what, gone: false) { (opened) throws(SystemCallError) -> Bool in
      try opened.writeFile("cgroup.kill", "1", resolve: .cgroup)
      return true
    }
    if isKilled == true {
      thawTree()
      return
    }
    // Without it: again and again until nobody is left, for new ones appear where freezing fails.
    for _ in 0..<100 {
      if try processes().isEmpty { return }
      try signalOnce(Signal.kill)
      sleep(milliseconds: 1)
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

  /// Thaws the container's cgroup and all below it: a killed process in a frozen v1 cgroup lives until it is thawed,
  /// and a container with a writable cgroup mount can freeze a part of itself. Failures show when the processes stay.
  private func thawTree() {
    guard let freezerDirectory else { return }
    do throws(SystemCallError) {
      try freezerDirectory.open().visitCgroups { (cgroup) throws(SystemCallError) in
        try cgroup.thaw(isUnified: freezerDirectory.isUnified)
      }
    } catch {
      return
    }
  }

  /// Waits until no process is left.
  /// - Returns: false after the time-out.
  public func waitUntilEmpty(timeoutMilliseconds: Int64) throws(RuntimeError) -> Bool {
    let start = Moment.monotonic()
    if let unifiedDirectory {
      let what = "waiting for the processes of the cgroup"
      return try unifiedDirectory.performing(what, gone: true) { (opened) throws(SystemCallError) in
        try opened.waitForCgroupEvent("populated", 0, timeoutMilliseconds: timeoutMilliseconds)
      }
    }
    while try !processes().isEmpty {
      if Moment.monotonic().milliseconds(since: start) >= timeoutMilliseconds { return false }
      sleep(milliseconds: 1)
    }
    return true
  }
}
