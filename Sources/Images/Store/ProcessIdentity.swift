// Which process holds something, so that others can tell when it is gone.

internal import Linux

/// A process by its id and the time of its start, within one boot: ids come back, the pair does not.
public struct ProcessIdentity: Hashable, Sendable {
  public let pid: Int32
  /// In clock ticks since the boot (proc(5), field 22 of stat).
  public let startTicks: UInt64
  public let bootID: String

  init(pid: Int32, startTicks: UInt64, bootID: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
  }

  /// This process.
  public static func current() throws(ImageError) -> ProcessIdentity {
    let pid = currentProcessID()
    let bootID = try currentBootID()
    guard let ticks = startTicks(of: pid) else {
      throw ImageError(.system(.noEntry), "reading the start time of this process: open '/proc/\(pid)/stat'")
    }
    return ProcessIdentity(pid: pid, startTicks: ticks, bootID: bootID)
  }

  /// Whether the process still runs, as seen from a boot.
  func isAlive(in bootID: String) -> Bool {
    self.bootID == bootID && ProcessIdentity.startTicks(of: pid) == startTicks
  }

  /// As part of a file name.
  var text: String { "\(pid)-\(startTicks)" }

  /// Reads back the beginning of a name that `text` is part of.
  init?(name: String, bootID: String) {
    let parts = name.split(separator: "-")
    guard parts.count >= 2, let pid = Int32(parts[0]), let ticks = UInt64(parts[1]) else { return nil }
    self.init(pid: pid, startTicks: ticks, bootID: bootID)
  }

  static func currentBootID() throws(ImageError) -> String {
    let path = "/proc/sys/kernel/random/boot_id"
    do throws(SystemCallError) {
      let bytes = try Descriptor.workingDirectory.readFile(path, limit: 100)
      return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    } catch {
      throw ImageError("reading the boot id", error)
    }
  }

  static func startTicks(of pid: Int32) -> UInt64? {
    let bytes: [UInt8]
    do throws(SystemCallError) {
      bytes = try Descriptor.workingDirectory.readFile("/proc/\(pid)/stat", limit: 4096)
    } catch {
      return nil
    }
    // The name stands in parentheses and may hold some itself: what follows the last one is numbers.
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[(close + 1)...].split(separator: 32)
    // A zombie holds nothing any more.
    guard fields.count > 19, fields[0].first != UInt8(ascii: "Z") else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }
}
