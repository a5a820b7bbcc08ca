// How much of an output may be taken in a span of time.

import Linux

/// How much of an output may be taken: a number of bytes per window of time.
struct RateLimit {
  let policy: RatePolicy
  private let bytesPerWindow: Int64
  private let windowMilliseconds: Int64
  private var windowStart: Moment?
  private var left: Int64
  private var isDropping = false
  private var isInsideLine = false
  /// Bytes and records left out since the last report.
  private(set) var dropped = LogLoss()

  /// What is dropped is dropped in runs of up to a second, so that reports stay few; what is blocked goes on ten times
  /// a second, so that the container runs smoothly.
  init(bytesPerSecond: Int64, _ policy: RatePolicy) {
    self.policy = bytesPerSecond > 0 ? policy : .pass
    windowMilliseconds = policy == .block ? 100 : 1000
    bytesPerWindow = max(1, policy == .block ? bytesPerSecond / 10 : bytesPerSecond)
    left = bytesPerWindow
  }

  /// Begins a new window when the last one is over.
  mutating func setTime(_ now: Moment) {
    if let start = windowStart, now.milliseconds(since: start) < windowMilliseconds { return }
    windowStart = now
    left = bytesPerWindow
  }

  // MARK: Blocking

  /// The bytes that may be read now.
  var budget: Int { policy == .block ? Int(min(max(left, 0), 1 << 30)) : .max }

  mutating func spend(_ count: Int) { left -= Int64(count) }

  /// Milliseconds until the next window.
  func wait(_ now: Moment) -> Int64 {
    guard let windowStart else { return 0 }
    return max(0, windowMilliseconds - now.milliseconds(since: windowStart))
  }

  // MARK: Dropping

  /// Whether a piece of a line goes to the log. A line stays whole: its first piece decides.
  mutating func admits(_ piece: LineCutter.Piece) -> Bool {
    if policy != .drop { return true }
    if !isInsideLine { isDropping = left <= 0 }
    isInsideLine = piece.isPartial
    let count = piece.next - piece.content.lowerBound
    if isDropping {
      dropped.bytes += Int64(piece.content.count)
      dropped.records += 1
      return false
    }
    left -= Int64(count)
    return true
  }

  /// The report about what was dropped, when something was and the log goes on.
  mutating func takeReport(_ kind: OutputKind) -> String? {
    if dropped.isEmpty { return nil }
    let stream = kind == .stdout ? "stdout" : "stderr"
    let text =
      "apus-monitor: \(dropped.bytes) bytes in \(dropped.records) records of \(stream) were dropped: rate limit"
    dropped = LogLoss()
    return text
  }
}
