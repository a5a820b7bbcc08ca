// When a request is made again.

/// When a request is made again: after waits that double, each shortened at random, so that many clients do not come
/// back at the same moment; later where the server says so, but never as late as it likes.
public struct RetrySchedule: Equatable, Sendable {
  public var attempts = 6
  public var firstSeconds = 1.0
  public var longestSeconds = 60.0

  public init() {}

  /// How long to wait before the next attempt; nil when there is none.
  /// - Parameters:
  ///   - failures: how many attempts have failed, from 1.
  ///   - retryAfter: the value of the header, in seconds; dates are not read.
  ///   - chance: from 0 to 1.
  public func seconds(after failures: Int, retryAfter: String? = nil, chance: Double) -> Double? {
    guard failures >= 1, failures < attempts else { return nil }
    var wait = firstSeconds
    for _ in 1..<failures { wait = min(wait * 2, longestSeconds) }
    wait *= 0.5 + 0.5 * min(max(chance, 0), 1)
    if let text = retryAfter, let asked = Int(text), asked >= 0 { wait = max(wait, Double(asked)) }
    return min(wait, longestSeconds)
  }

  /// Whether a status may change by itself (RFC 9110, 15): too many requests, a time-out, or trouble of the server.
  public static func isPassing(status: Int) -> Bool {
    [408, 425, 429, 500, 502, 503, 504].contains(status)
  }
}
