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

  /// Milliseconds until the earliest, also of when outputs may be read again; -1 when there is none.
  func wait(_ now: Moment, patience: Int64?, limits: (Moment?, Moment?)) -> Int32 {
    let limit = min(Timers.rest(limits.0, now), Timers.rest(limits.1, now))
    let least = min(min(patience ?? .max, limit), min(Timers.rest(timeout, now), Timers.rest(giveBack, now)))
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
