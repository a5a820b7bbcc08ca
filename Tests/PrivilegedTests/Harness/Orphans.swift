// Processes that become children of the test when those who made them end.

import Glibc
import Linux
import Synchronization

/// Processes that become children of the test process, which is a subreaper while a scene is played.
enum Orphans {
  /// Children that are others' to wait for: those that were there before the scene.
  private static let foreign = Mutex<Set<Int32>>([])

  /// Makes orphans our children (PR_SET_CHILD_SUBREAPER), so that none gets lost.
  static func adopt() throws {
    try ProcessControl.setChildSubreaper(true)
    foreign.withLock { $0 = Set(children()) }
  }

  /// Collects orphans that have ended, as the init of a host does.
  static func reap() {
    let others = foreign.withLock { $0 }.union(Child.awaited.withLock { $0 })
    for pid in children() where !others.contains(pid) && RunningProcess(pid: pid)?.isZombie == true {
      waitpid(pid, nil, WNOHANG)
    }
  }

  /// Children of every thread (proc_pid_task(5), needs CONFIG_PROC_CHILDREN).
  private static func children() -> [Int32] {
    Host.names(in: "/proc/self/task").flatMap { task in
      (Host.read("/proc/self/task/\(task)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
    }
  }
}
