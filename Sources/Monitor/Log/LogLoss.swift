// What of the output could not be written to the log.

import Linux

/// What of the output could not be written to the log since the last report.
struct LogLoss {
  /// Bytes of content, without heads and newlines.
  var bytes: Int64 = 0
  var records: Int64 = 0
  var errno: Errno?

  var isEmpty: Bool { records == 0 }

  var report: [UInt8] {
    let reason = errno.map { ": " + $0.message } ?? ""
    return [UInt8]("apus-monitor: \(bytes) bytes in \(records) records of output were lost\(reason)".utf8)
  }
}
