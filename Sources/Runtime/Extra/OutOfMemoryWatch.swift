// Watching whether a container runs out of memory.

internal import Linux
internal import OCI

/// Watches whether the kernel kills processes of a container because its memory is used up. v1: an event counter at
/// memory.oom_control (cgroup-v1/memory.rst, 10); v2: a change of memory.events can be waited for.
struct OutOfMemoryWatch: ~Copyable {
  private let cgroup: Cgroup
  private let directory: CgroupDirectory
  private var file = Descriptor.absent
  /// v1 only.
  private var counter = Descriptor.absent
  private var kills: UInt64 = 0

  /// - Parameter directory: the one of the memory controller.
  init(_ cgroup: Cgroup, _ directory: CgroupDirectory) {
    self.cgroup = cgroup
    self.directory = directory
  }

  /// From here on nothing is missed.
  mutating func begin() throws(RuntimeError) {
    do throws(SystemCallError) {
      let opened = try directory.open()
      if directory.isUnified {
        file = try opened.open("memory.events", .readOnly, resolve: .cgroup)
      } else {
        counter = try Descriptor.eventCounter()
        file = try opened.open("memory.oom_control", .readOnly, resolve: .cgroup)
        try opened.writeCgroup(
          "cgroup.event_control", joined([decimal(Int(counter.number)), " ", decimal(Int(file.number))]))
      }
    } catch {
      throw directory.failure("watching the memory of the cgroup", error)
    }
    kills = cgroup.outOfMemoryKills()
    rearm()
  }

  /// What to wait for.
  var entry: PollEntry {
    counter.isOpen ? PollEntry(counter.number, .readable) : PollEntry(file.number, .priority)
  }

  /// Whether it ran out since the last look.
  mutating func hasRunOut() -> Bool {
    let isRaised = counter.isOpen && ((try? counter.takeCount()) ?? 0) > 0
    rearm()
    let now = cgroup.outOfMemoryKills()
    defer { kills = now }
    // In a v1 cgroup below the container's the killed process counts only there; the counter is raised by the removal
    // of the cgroup as well.
    return now > kills || isRaised && (try? directory.open()) != nil
  }

  /// Reading the file makes the next change one that is waited for.
  private func rearm() {
    _ = try? file.seek(to: 0)
    _ = try? file.readToEnd(limit: 1 << 12)
  }
}
