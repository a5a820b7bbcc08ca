// A process id that cannot be mistaken for its successor's.

public import Linux

/// A process by its id and its start time: ids are reused, the pair is not.
public struct ProcessIdentity: Equatable, Sendable {
  public let pid: Int32
  /// Clock ticks since boot at which the process started, field 22 of proc_pid_stat(5).
  public let startTime: UInt64

  public init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }

  /// The identity of a living process; nil when there is none, or only its zombie.
  public static func ofRunning(_ pid: Int32) -> ProcessIdentity? {
    guard let stat = ProcessStat.read(pid), !stat.isDead else { return nil }
    return ProcessIdentity(pid: pid, startTime: stat.startTime)
  }

  /// Whether exactly this process still runs.
  public var isRunning: Bool { ProcessIdentity.ofRunning(pid) == self }

  /// A pidfd of exactly this process; nil when it is gone.
  public func openPidfd() -> Descriptor? {
    guard pid > 0, let pidfd = try? Linux.openPidfd(pid) else { return nil }
    // Checked after the pidfd is held: from here on the id cannot come to mean another process.
    if isRunning { return consume pidfd }
    return nil
  }
}

/// The fields of `/proc/PID/stat` that are needed.
struct ProcessStat: Equatable {
  let state: UInt8
  let parent: Int32
  let startTime: UInt64

  /// A zombie, or a process about to vanish.
  var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") || state == UInt8(ascii: "x") }

  static func read(_ pid: Int32) -> ProcessStat? {
    guard pid > 0, let bytes = try? Descriptor.workingDirectory.readFile(numbered("/proc/", pid, "/stat"), limit: 8192)
    else {
      return nil
    }
    return ProcessStat(parsing: bytes)
  }

  /// The name, field 2, is in parentheses and may hold anything, parentheses too: the fields begin after the last one.
  init?(parsing bytes: [UInt8]) {
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = pieces(bytes[(close + 1)...]) { $0 == UInt8(ascii: " ") }
    guard fields.count > 19, let state = fields[0].first, let parent = digits(fields[1], atMost: UInt64(Int32.max)),
      let start = digits(fields[19], atMost: .max)
    else { return nil }
    self.state = state
    self.parent = Int32(parent)
    startTime = start
  }
}
