// Walking a cgroup and the cgroups below it.

import Linux

extension Descriptor {
  /// The names of the cgroups in this cgroup directory.
  borrowing func childCgroups() throws(SystemCallError) -> [String] {
    let directory = try open(".", [.readOnly, .directory], resolve: .beneath)
    var names: [String] = []
    for entry in try directory.entries() where entry.kind == .directory { names.append(entry.name) }
    return names
  }

  /// Calls `body` for this cgroup and for all below it. Those that vanish meanwhile are passed over.
  /// - Throws: ELOOP when a container nested its cgroups beyond reason: each level holds a descriptor.
  borrowing func visitCgroups(
    depth: Int = 0, _ body: (borrowing Descriptor) throws(SystemCallError) -> Void
  ) throws(SystemCallError) {
    if depth > 256 { throw SystemCallError(call: "openat2", errno: .symbolicLinkLoop) }
    try body(self)
    for name in try childCgroups() {
      do throws(SystemCallError) {
        try open(name, [.path, .directory], resolve: .cgroup).visitCgroups(depth: depth + 1, body)
      } catch {
        if !error.errno.isVanished { throw error }
      }
    }
  }

  /// The processes of this cgroup, by their ids in our PID namespace.
  borrowing func cgroupProcesses(recursive: Bool) throws(SystemCallError) -> [Int32] {
    var list: [Int32] = []
    if !recursive {
      try appendProcesses(to: &list)
      return list
    }
    try visitCgroups { (directory) throws(SystemCallError) in try directory.appendProcesses(to: &list) }
    return list
  }

  private borrowing func appendProcesses(to list: inout [Int32]) throws(SystemCallError) {
    // Four million processes, the kernel's bound, fit in 64 MiB.
    let limit = 1 << 26
    var text: [UInt8] = []
    do {
      text = try cgroupText("cgroup.procs", limit: limit)
    } catch {
      // A threaded cgroup of v2 has no processes of its own.
      if error.errno != .notSupported { throw error }
      text = try cgroupText("cgroup.threads", limit: limit)
    }
    for line in text.split(separator: UInt8(ascii: "\n")) {
      // 0 is a process outside of our PID namespace: nothing that we could signal, but it is there.
      if let pid = UInt64(decimal: line) { list.append(Int32(truncatingIfNeeded: pid)) }
    }
  }
}

extension Errno {
  /// A cgroup that is removed while it is in use: no name any more, or an open file without its cgroup.
  var isVanished: Bool { self == .noEntry || self == .noDevice }
}
