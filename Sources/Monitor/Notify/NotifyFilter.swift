// What of a container's readiness messages may reach the host.

/// What of a container's sd_notify(3) messages may reach the host's service manager: the rest could speak for the
/// monitor, such as MAINPID= or FDSTORE=1.
enum NotifyFilter {
  private static let lines = ["READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1", "WATCHDOG=trigger"]
  private static let prefixes = ["STATUS=", "ERRNO=", "BUSERROR=", "MONOTONIC_USEC="]

  /// The lines that pass, between newlines; nothing when none does.
  static func passing(_ message: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    // As C strings end: what stands behind a NUL is never looked at.
    let text = message.prefix { $0 != 0 }
    for line in text.split(whereSeparator: { $0 == 10 || $0 == 13 }) where passes(line) {
      if !result.isEmpty { result.append(10) }
      result += line
    }
    return result
  }

  private static func passes(_ line: ArraySlice<UInt8>) -> Bool {
    for text in lines where line.elementsEqual(text.utf8) { return true }
    for prefix in prefixes where line.starts(with: prefix.utf8) { return true }
    return false
  }
}
