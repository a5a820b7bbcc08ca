// A process that has to be found again after a restart.

internal import Foundation
internal import Linux

/// A process by its id and the time of its start: ids come back within a boot, the pair does not. A pidfd cannot be
/// stored, so it is opened anew by these two.
public struct ProcessMark: Codable, Hashable, Sendable {
  public let pid: Int32
  /// In clock ticks since the boot (proc(5), field 22 of stat).
  public let startTicks: UInt64

  public init(pid: Int32, startTicks: UInt64) {
    self.pid = pid
    self.startTicks = startTicks
  }

  /// A process that runs, or is a zombie; nil when there is none of that id.
  init?(running pid: Int32) {
    guard pid > 0, let ticks = ProcessMark.startTicks(of: pid) else { return nil }
    self.init(pid: pid, startTicks: ticks)
  }

  /// Whether the process still runs; a zombie does not.
  var isAlive: Bool { ProcessMark.startTicks(of: pid, countsZombies: false) == startTicks }

  /// Opens a pidfd of the process; nil when it is gone.
  func open() -> WatchedProcess? {
    guard let pidfd = try? openPidfd(pid), isAlive else { return nil }
    return WatchedProcess(mark: self, pidfd: pidfd)
  }

  private static func startTicks(of pid: Int32, countsZombies: Bool = true) -> UInt64? {
    guard let bytes = try? Descriptor.workingDirectory.readFile("/proc/\(pid)/stat", limit: 4096),
      // The name stands in parentheses and may hold some itself: what follows the last one is numbers.
      let close = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = bytes[(close + 1)...].split(separator: 32)
    guard fields.count > 19, countsZombies || !"ZX".utf8.contains(fields[0].first ?? 0) else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }
}

/// The boot that this is (proc(5), random/boot_id).
enum Boot {
  static func id() throws(PodError) -> String {
    let bytes = try attempting("reading the boot id") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readFile("/proc/sys/kernel/random/boot_id", limit: 100)
    }
    return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }
}
