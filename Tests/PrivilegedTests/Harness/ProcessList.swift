// The processes of the host, as /proc shows them.

import Glibc

/// A process of the host.
struct RunningProcess: Hashable {
  let pid: Int32
  let parent: Int32
  /// One letter of proc_pid_stat(5): Z for a zombie.
  let state: Character
  /// In clock ticks since boot: with the pid, a name that is never used again.
  let startTime: UInt64

  init?(pid: Int32) {
    guard let stat = Host.read("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let parent = Int32(fields[1]), let start = UInt64(fields[19]) else { return nil }
    self.pid = pid
    self.parent = parent
    state = fields[0].first ?? "?"
    startTime = start
  }

  var isZombie: Bool { state == "Z" }

  var words: String {
    (Host.read("/proc/\(pid)/cmdline") ?? "").split(separator: "\0").joined(separator: " ")
  }

  /// Whether it runs in a cgroup, or was started with an argument, that contains `name`.
  func carries(_ name: String) -> Bool {
    words.contains(name) || (Host.read("/proc/\(pid)/cgroup") ?? "").contains(name)
  }

  /// Every process, by pid.
  static func all() -> [Int32: RunningProcess] {
    var found: [Int32: RunningProcess] = [:]
    for name in Host.names(in: "/proc") {
      guard let pid = Int32(name), let process = RunningProcess(pid: pid) else { continue }
      found[pid] = process
    }
    return found
  }

  /// Whether `pid` is there and no zombie.
  static func isAlive(_ pid: Int32) -> Bool {
    RunningProcess(pid: pid).map { !$0.isZombie } ?? false
  }

  /// Names of `/proc/PID/status` and their values.
  static func status(_ pid: String) -> [String: String] {
    Dictionary(
      Host.lines(of: "/proc/\(pid)/status").compactMap { line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return (String(line[..<colon]), String(line[line.index(after: colon)...]).trimmed)
      }
    ) { first, _ in first }
  }
}
