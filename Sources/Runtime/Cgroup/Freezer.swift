// Freezing a container's processes.

import Linux

extension Cgroup {
  /// The directory whose freezer counts: of v1 wherever there is one, because everybody looks there.
  var freezerDirectory: CgroupDirectory? { directory(of: "freezer") ?? unifiedDirectory }

  /// Stops all processes of the container until `thaw`. Returns when all stand still.
  public func freeze() throws(RuntimeError) {
    let directory = try requiredFreezer()
    do throws(SystemCallError) {
      let opened = try directory.open()
      if try directory.isUnified ? opened.freezeUnified() : opened.freezeV1() { return }
    } catch {
      throw directory.failure("freezing the container", error)
    }
    throw .wrongStatus("unable to freeze the container: some of its processes do not stop")
  }

  public func thaw() throws(RuntimeError) { try thaw(requiredFreezer(), mayVanish: false) }

  /// Lets killed processes die. Without a freezer nothing holds them, and whoever waits for their end may have removed
  /// the cgroup already.
  func thawKilled() throws(RuntimeError) {
    if let freezerDirectory { try thaw(freezerDirectory, mayVanish: true) }
  }

  private func thaw(_ directory: CgroupDirectory, mayVanish: Bool) throws(RuntimeError) {
    do throws(SystemCallError) {
      try directory.open().thaw(directory.isUnified)
    } catch {
      if mayVanish && error.errno.isVanished { return }
      throw directory.failure("thawing the container", error)
    }
  }

  /// Whether the container itself was told to freeze; one that only a parent cgroup stops is not paused.
  public func isFrozen() throws(RuntimeError) -> Bool {
    guard let directory = freezerDirectory else { return false }
    do throws(SystemCallError) {
      return try directory.open().isFrozenCgroup(directory.isUnified)
    } catch {
      if error.errno.isVanished { return false }
      throw directory.failure("reading the state of the freezer", error)
    }
  }

  private func requiredFreezer() throws(RuntimeError) -> CgroupDirectory {
    if let freezerDirectory { return freezerDirectory }
    throw .unsupported("cannot toggle freezer: cgroups not configured for container")
  }
}

extension Descriptor {
  borrowing func isFrozenCgroup(_ isUnified: Bool) throws(SystemCallError) -> Bool {
    try cgroupText(isUnified ? "cgroup.freeze" : "freezer.self_freezing").isText("1")
  }

  borrowing func thaw(_ isUnified: Bool) throws(SystemCallError) {
    try writeCgroup(isUnified ? "cgroup.freeze" : "freezer.state", isUnified ? "0" : "THAWED")
  }

  /// Processes that are born or join while a v1 cgroup freezes may keep it in FREEZING for ever: the request is made
  /// again, at first at once, then after short sleeps, and now and then after a thaw, about a second in all. It is
  /// taken back if nothing helps, for a cgroup that stays half frozen can be neither used nor killed.
  fileprivate borrowing func freezeV1() throws(SystemCallError) -> Bool {
    for attempt in 0..<800 {
      if attempt % 50 == 49 {
        try thaw(false)
        sleep(milliseconds: 10)
      }
      try writeCgroup("freezer.state", "FROZEN")
      if attempt >= 16 { sleep(milliseconds: 1) }
      if try cgroupText("freezer.state").isText("FROZEN") { return true }
    }
    try thaw(false)
    return false
  }

  fileprivate borrowing func freezeUnified() throws(SystemCallError) -> Bool {
    try writeCgroup("cgroup.freeze", "1")
    if try waitForCgroupEvent("frozen", 1, timeoutMilliseconds: 10_000) { return true }
    try thaw(true)
    return false
  }
}
