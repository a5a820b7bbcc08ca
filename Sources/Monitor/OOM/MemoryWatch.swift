// Watching whether a container runs out of memory.

import Linux

/// Watches whether a container's cgroup runs out of memory. v1: an event counter at `memory.oom_control`, which the
/// removal of the cgroup raises, too. v2: `memory.events` itself can be waited for (EPOLLPRI), which costs none of the
/// inotify instances of the user.
struct MemoryWatch: ~Copyable {
  /// The file with the counters.
  private var counters = Descriptor.absent
  /// v1: raised at each event.
  private var events = Descriptor.absent
  /// v1: a path that is gone with the cgroup.
  private var proof = ""
  private var before = MemoryCounters()

  /// Begins to watch the cgroup of a process.
  mutating func begin(pid: Int32, _ epoll: inout Epoll, token: UInt64) throws(SystemCallError) {
    let text = try Descriptor.workingDirectory.readFile("/proc/\(pid)/cgroup", limit: 1 << 16)
    let membership = CgroupMembership.parse(text)
    if let memory = membership.memory {
      try openV1(MemoryWatch.root + "/" + memory.hierarchy + memory.path)
      try epoll.add(events, [.readable, .edge], token: token)
    } else if let path = membership.unified {
      try openV2(path)
      try epoll.add(counters, [.priority, .edge], token: token)
    }
    // The first reading also arms the next event of v2.
    before = read() ?? MemoryCounters()
  }

  private static let root = "/sys/fs/cgroup"

  private mutating func openV1(_ path: String) throws(SystemCallError) {
    counters = try Descriptor.workingDirectory.open(path + "/memory.oom_control", .readOnly)
    events = try Descriptor.eventCounter()
    proof = path + "/cgroup.event_control"
    // Kernels with real-time preemption lack the interface.
    try Descriptor.workingDirectory.writeFile(proof, "\(events.number) \(counters.number)")
  }

  /// The tree lies at the root, or beside v1 hierarchies in a folder of its own.
  private mutating func openV2(_ path: String) throws(SystemCallError) {
    let name = path + "/memory.events"
    do {
      counters = try Descriptor.workingDirectory.open(MemoryWatch.root + name, .readOnly)
    } catch {
      if error.errno != .noEntry { throw error }
      counters = try Descriptor.workingDirectory.open(MemoryWatch.root + "/unified" + name, .readOnly)
    }
  }

  /// Whether the memory ran out since the last look. The kernel's counters are the truth where they can be read. Where
  /// the v1 cgroup is gone, its removal counts as one of the events; in a sub-cgroup of v1 the killed process counts
  /// only there, so an event without removal counts, too.
  mutating func hasRunOut() -> Bool {
    let raised = events.isOpen ? ((try? events.takeCount()) ?? 0) : 0
    if let now = read() {
      let hasGrown = now.hasGrown(since: before)
      before = now
      if hasGrown { return true }
    }
    if raised == 0 { return false }
    let isGone = (try? Descriptor.workingDirectory.status(of: proof)) == nil
    return raised > 1 || !isGone
  }

  /// Nil when nothing is watched, or the cgroup is gone.
  private func read() -> MemoryCounters? {
    guard counters.isOpen, (try? counters.seek(to: 0)) != nil, let text = try? counters.readToEnd(limit: 4096)
    else { return nil }
    return MemoryCounters.parse(text)
  }
}
