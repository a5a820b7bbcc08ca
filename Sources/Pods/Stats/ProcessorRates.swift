// How much of the processors is used just now.

internal import Synchronization

/// How much of the processors each group uses just now: the rate between its last two samples.
final class ProcessorRates: Sendable {
  private struct Sample {
    let nanoseconds: UInt64
    let moment: Int64
  }

  private struct Entry {
    var last: Sample
    /// Nanoseconds of processor time in a second; nil before the second sample.
    var rate: UInt64?
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Takes a sample of the regular ones.
  /// - Parameter moment: in nanoseconds of a clock that does not jump.
  func sample(_ id: String, _ nanoseconds: UInt64, at moment: Int64) {
    entries.withLock { entries in
      let new = Sample(nanoseconds: nanoseconds, moment: moment)
      guard let old = entries[id] else { return entries[id] = Entry(last: new) }
      entries[id] = Entry(last: new, rate: ProcessorRates.rate(from: old.last, to: new) ?? old.rate)
    }
  }

  /// The rate of the last two samples. Who asks before the second one gets the rate since the first, and makes the
  /// first one if there is none.
  func rate(_ id: String, _ nanoseconds: UInt64, at moment: Int64) -> UInt64? {
    entries.withLock { entries in
      let now = Sample(nanoseconds: nanoseconds, moment: moment)
      guard let entry = entries[id] else {
        entries[id] = Entry(last: now)
        return nil
      }
      return entry.rate ?? ProcessorRates.rate(from: entry.last, to: now)
    }
  }

  /// Forgets all others.
  func keep(_ ids: Set<String>) { entries.withLock { $0 = $0.filter { ids.contains($0.key) } } }

  private static func rate(from old: Sample, to new: Sample) -> UInt64? {
    let elapsed = new.moment - old.moment
    // A group that was made anew counts from 0 again; over a tenth of a second the counters' steps would show.
    guard elapsed >= 100_000_000, new.nanoseconds >= old.nanoseconds else { return nil }
    return UInt64(Double(new.nanoseconds - old.nanoseconds) / Double(elapsed) * 1e9)
  }
}
