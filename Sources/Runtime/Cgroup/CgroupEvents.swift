// Waiting for what a v2 cgroup tells.

import Linux

extension Descriptor {
  /// Waits until a line of cgroup.events of this v2 cgroup has that value; the kernel wakes us at each change.
  /// - Returns: false after the time-out.
  @inline(never)
  borrowing func waitForCgroupEvent(
    _ key: String, _ value: UInt64, timeoutMilliseconds: Int64
  ) throws(SystemCallError) -> Bool {
    let events = try open("cgroup.events", .readOnly, resolve: .cgroup)
    let start = Moment.monotonic()
    var entries = [PollEntry(events.number, .priority)]
    while true {
      try events.seek(to: 0)
      let text = try events.readToEnd(limit: 1 << 12, subject: "cgroup.events")
      if text[...].number(after: key) == value { return true }
      let left = timeoutMilliseconds - Moment.monotonic().milliseconds(since: start)
      if left <= 0 { return false }
      try poll(&entries, timeoutMilliseconds: Int32(left))
    }
  }
}

extension PollEvents {
  /// A change of a cgroup's file (POLLPRI).
  static let priority = PollEvents(rawValue: 0x2)
}
