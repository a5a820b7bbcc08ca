// Walking a cgroup and the cgroups below it.

import Linux

extension Descriptor {
  /// The names of the cgroups in this cgroup directory.
  @inline(never)
  borrowing func childCgroups() throws(SystemCallError) -> [String] {
    let directory = try open(".", [.readOnly, .directory], resolve: .beneath)
    var names: [String] = []
    for entry in try directory.entries() where entry.kind == .directory { names.append(entry.name) }
    return names
  }

  /// Containers with a writable cgroup mount could nest cgroups beyond reason, and each level holds a descriptor.
  static func checkCgroupDepth(_ depth: Int) throws(SystemCallError) {
    if depth > 256 { throw SystemCallError(call: "openat2", errno: .symbolicLinkLoop) }
  }

  /// The processes of this cgroup and of those below it, by their ids in our PID namespace. Cgroups that vanish
  /// meanwhile are passed over.
  borrowing func cgroupProcesses() throws(SystemCallError) -> [Int32] {
    var list: [Int32] = []
    try appendProcesses(to: &list, depth: 0)
    return list
  }

  private borrowing func appendProcesses(to list: inout [Int32], depth: Int) throws(SystemCallError) {
    try Descriptor.checkCgroupDepth(depth)
    var lines = try processText()
    while let line = lines.takeLine() {
      // 0 is a process outside of our PID namespace: nothing that we could signal, but it is there.
      if let pid = line.number() { list.append(Int32(truncatingIfNeeded: pid)) }
    }
    for name in try childCgroups() {
      do throws(SystemCallError) {
        try open(name, [.path, .directory], resolve: .cgroup).appendProcesses(to: &list, depth: depth + 1)
      } catch {
        if !error.errno.isVanished { throw error }
      }
    }
  }

  private borrowing func processText() throws(SystemCallError) -> ArraySlice<UInt8> {
    // Four million processes, the kernel's bound, fit in 64 MiB.
    let limit = 1 << 26
    do {
      return try cgroupText("cgroup.procs", limit: limit)
    } catch {
      // A threaded cgroup of v2 has no processes of its own.
      if error.errno != .notSupported { throw error }
      return try cgroupText("cgroup.threads", limit: limit)
    }
  }

  /// Thaws this cgroup and all below it, as far as it can be done.
  borrowing func thawCgroups(isUnified: Bool, depth: Int = 0) throws(SystemCallError) {
    try Descriptor.checkCgroupDepth(depth)
    try thaw(isUnified)
    for name in try childCgroups() {
      try? open(name, [.path, .directory], resolve: .cgroup).thawCgroups(isUnified: isUnified, depth: depth + 1)
    }
  }
}

extension Errno {
  /// A cgroup that is removed while it is in use: no name any more, or an open file without its cgroup.
  var isVanished: Bool { self == .noEntry || self == .noDevice }
}
