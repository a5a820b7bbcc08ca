// What the kernel counted in a container's cgroup.

import Linux

extension Cgroup {
  /// Whether the container may have no further process: a clone into it fails with EAGAIN.
  public func isPidsLimitReached() -> Bool {
    guard let directory = directory(of: "pids"), let opened = try? directory.open(),
      let limit = opened.cgroupNumber("pids.max"), let current = opened.cgroupNumber("pids.current")
    else { return false }
    return current >= limit
  }

  /// How many processes the kernel killed because the container's memory was used up; 0 when it cannot be told.
  public func outOfMemoryKills() -> UInt64 {
    guard let directory = directory(of: "memory"), let opened = try? directory.open() else { return 0 }
    return opened.cgroupNumber(directory.isUnified ? "memory.events" : "memory.oom_control", key: "oom_kill") ?? 0
  }
}
