// Clocks.

internal import CShims

/// A moment: seconds and nanoseconds since the clock's beginning.
public struct Moment: Equatable, Sendable {
  public let seconds: Int64
  public let nanoseconds: Int64

  public init(seconds: Int64, nanoseconds: Int64) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The time of day, since 1970 in UTC.
  public static func now() -> Moment { read(0 /* CLOCK_REALTIME */) }

  /// Time that never jumps, for durations.
  public static func monotonic() -> Moment { read(1 /* CLOCK_MONOTONIC */) }

  public func milliseconds(since earlier: Moment) -> Int64 {
    (seconds - earlier.seconds) * 1000 + (nanoseconds - earlier.nanoseconds) / 1_000_000
  }

  private static func read(_ clock: Int32) -> Moment {
    var time = apus_time()
    // `time` is a local of the layout that the shim fills; these two clocks always exist.
    _ = unsafe apus_clock_gettime(clock, &time)
    return Moment(seconds: time.seconds, nanoseconds: time.nanoseconds)
  }
}

/// Sleeps; only for bounded retries against the kernel, never as a means of synchronisation.
public func sleep(milliseconds: Int64) {
  _ = apus_nanosleep(milliseconds / 1000, milliseconds % 1000 * 1_000_000)
}
