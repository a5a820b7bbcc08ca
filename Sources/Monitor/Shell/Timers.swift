// The moments at which the event loop has something to do although nothing happened.

import Linux

/// The moments at which the event loop has something to do although nothing happened.
struct Timers {
  /// The end of `--timeout`.
  var timeout: Moment?
  /// When the memory of the last burst, or of the start, is given back.
  var giveBack: Moment?
  /// Memory has been given back, and nothing has been read since: the next wait is likely to last.
  var isIdle = false
  /// When an output that is held by its rate limit may be read again.
  var limitOver: Moment?

  /// Milliseconds until the earliest; -1 when there is none.
  func wait(_ now: Moment, patience: Int64?) -> Int32 {
    let timers = min(Timers.rest(timeout, now), min(Timers.rest(giveBack, now), Timers.rest(limitOver, now)))
    let least = min(patience ?? .max, timers)
    return least == .max ? -1 : Int32(min(least, 1 << 30))
  }

  private static func rest(_ moment: Moment?, _ now: Moment) -> Int64 {
    guard let moment else { return .max }
    // Rounded up: waking early would only mean waiting again.
    return max(0, moment.milliseconds(since: now) + 1)
  }

  static func isOver(_ moment: Moment?, _ now: Moment) -> Bool {
    guard let moment else { return false }
    return moment.milliseconds(since: now) <= 0
  }
}

extension Moment {
  func adding(milliseconds: Int64) -> Moment {
    let sum = nanoseconds + milliseconds % 1000 * 1_000_000
    return Moment(seconds: seconds + milliseconds / 1000 + sum / 1_000_000_000, nanoseconds: sum % 1_000_000_000)
  }
}
