// Freezing a container's processes.

import Linux

extension Cgroup {
  /// The directory whose freezer counts: of v1 wherever there is one, because everybody looks there.
  var freezerDirectory: CgroupDirectory? { directory(of: "freezer") ?? unifiedDirectory }

  /// Stops all processes of the container until `thaw`. Returns when all stand still.
  public func freeze() throws(RuntimeError) {
    let directory = try requiredFreezer()
    let isFrozen = try directory.performing("freezing the container") { (opened) throws(SystemCallError) -> Bool in
      try directory.isUnified ? opened.freezeUnified() : opened.freezeV1()
    }
    if !isFrozen { throw .wrongStatus("unable to freeze the container: some of its processes do not stop") }
  }

  public func thaw() throws(RuntimeError) {
    let directory = try requiredFreezer()
    try directory.performing("thawing the container") { (opened) throws(SystemCallError) in
      try opened.thaw(isUnified: directory.isUnified)
    }
  }

  /// Whether the container itself was told to freeze; one that only a parent cgroup stops is not paused.
  public func isFrozen() throws(RuntimeError) -> Bool {
    guard let directory = freezerDirectory else { return false }
    return try directory.performing("reading the state of the freezer", gone: false) {
      (opened) throws(SystemCallError) in
      try opened.isFrozenCgroup(isUnified: directory.isUnified)
    }
  }

  private func requiredFreezer() throws(RuntimeError) -> CgroupDirectory {
    if let freezerDirectory { return freezerDirectory }
    throw .unsupported("cannot toggle freezer: cgroups not configured for container")
  }
}

extension Descriptor {
  borrowing func isFrozenCgroup(isUnified: Bool) throws(SystemCallError) -> Bool {
    try cgroupText(isUnified ? "cgroup.freeze" : "freezer.self_freezing") == [UInt8(ascii: "1")]
  }

  borrowing func thaw(isUnified: Bool) throws(SystemCallError) {
    try writeFile(isUnified ? "cgroup.freeze" : "freezer.state", isUnified ? "0" : "THAWED", resolve: .cgroup)
  }

  /// Processes that are born or join while a v1 cgroup freezes may keep it in FREEZING for ever: the request is made
  /// again, at first at once, then after short sleeps, and now and then after a thaw, about a second in all. It is
  /// taken back if nothing helps, for a cgroup that stays half frozen can be neither used nor killed.
  fileprivate borrowing func freezeV1() throws(SystemCallError) -> Bool {
    for attempt in 0..<800 {
      if attempt % 50 == 49 {
        try thaw(isUnified: false)
        sleep(milliseconds: 10)
      }
      try writeFile("freezer.state", "FROZEN", resolve: .cgroup)
      if attempt >= 16 { sleep(milliseconds: 1) }
      if try cgroupText("freezer.state").elementsEqual("FROZEN".utf8) { return true }
    }
    try thaw(isUnified: false)
    return false
  }

  fileprivate borrowing func freezeUnified() throws(SystemCallError) -> Bool {
    try writeFile("cgroup.freeze", "1", resolve: .cgroup)
    if try waitForCgroupEvent("frozen", 1, timeoutMilliseconds: 10_000) { return true }
    try thaw(isUnified: true)
    return false
  }
}
