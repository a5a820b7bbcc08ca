// What a test takes of the processor.

import Foundation

/// Seconds of the processor that the current thread took so far: whatever else the machine does is not in it.
enum ThreadTime {
  static var now: Double {
    var time = timespec()
    // A local of the layout that the call fills; this clock always exists.
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
