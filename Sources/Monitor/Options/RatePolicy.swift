// What happens to output beyond the rate limit.

/// What happens to a stream's output beyond the rate limit.
public enum RatePolicy: Sendable {
  /// The limit does not hold for this stream.
  case pass
  /// It is read later: the container waits, nothing is lost.
  case block
  /// Its lines are left out of the log, counted, and the count is logged.
  case drop

  static func parse(_ text: String) throws(OptionError) -> RatePolicy {
    if text.isExactly("pass") { return .pass }
    if text.isExactly("block") { return .block }
    if text.isExactly("drop") { return .drop }
    throw .refused("No such log rate policy " + text)
  }
}
