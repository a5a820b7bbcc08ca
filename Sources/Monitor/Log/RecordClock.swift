// The time of each record, as text.

import Linux

/// The time of each record, written as `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn±hh:mm`. The clock is read once per read of
/// output; the lines that came with it lie one nanosecond apart, so that no two records share a time and their order
/// shows.
struct RecordClock {
  /// Bytes of the text.
  static let width = 35
  /// Where the nine digits of the nanoseconds begin.
  static let nanosecondsAt = 20

  private(set) var seconds: Int64 = .min
  private(set) var nanoseconds: Int64 = 0
  private var offset: Int64 = 0
  /// Zones change their offset at quarters of an hour only.
  private var offsetQuarter: Int64 = .min

  /// Moves on to `now`; a clock that stands still, or was set back by less than a second, does not make times repeat.
  /// - Returns: whether the second changed, so that everything but the nanoseconds has to be written anew.
  mutating func move(to now: Moment) -> Bool {
    let behind = (seconds &- now.seconds) &* 1_000_000_000 &+ nanoseconds &- now.nanoseconds
    if seconds != .min && behind >= 0 && behind < 1_000_000_000 { return tick() }
    let hasChanged = now.seconds != seconds
    (seconds, nanoseconds) = (now.seconds, now.nanoseconds)
    return hasChanged
  }

  /// One nanosecond on. Returns whether the second changed.
  @inline(__always)
  mutating func tick() -> Bool {
    nanoseconds += 1
    if nanoseconds < 1_000_000_000 { return false }
    nanoseconds = 0
    seconds += 1
    return true
  }

  /// How many nanoseconds on the second stays the same.
  var ticksLeft: Int { Int(999_999_999 - nanoseconds) }

  /// That many nanoseconds on, at most `ticksLeft`.
  mutating func skip(_ count: Int) { nanoseconds += Int64(count) }

  /// Writes the whole text.
  mutating func put(in bytes: inout MappedBytes, at place: Int) {
    let quarter = seconds / 900
    if quarter != offsetQuarter { (offset, offsetQuarter) = (zoneOffset(at: seconds), quarter) }
    RecordClock.put(seconds: seconds, nanoseconds: Int(nanoseconds), offset: offset, in: &bytes, at: place)
  }

  /// Writes a moment in the zone that is `offset` seconds east of UTC.
  static func put(
    seconds: Int64, nanoseconds: Int, offset: Int64, in bytes: inout MappedBytes, at place: Int
  ) {
    let local = Int(seconds + offset)
    let second = (local % 86400 + 86400) % 86400
    let (year, month, day) = date(ofDay: (local - second) / 86400)
    let separators: StaticString = "0000-00-00T00:00:00.000000000+00:00"
    bytes.put(separators, at: place)
    bytes.putDecimal(year, digits: 4, at: place)
    bytes.putDecimal(month, digits: 2, at: place + 5)
    bytes.putDecimal(day, digits: 2, at: place + 8)
    bytes.putDecimal(second / 3600, digits: 2, at: place + 11)
    bytes.putDecimal(second / 60 % 60, digits: 2, at: place + 14)
    bytes.putDecimal(second % 60, digits: 2, at: place + 17)
    bytes.putDecimal(nanoseconds, digits: 9, at: place + nanosecondsAt)
    let minutes = Int(abs(offset)) / 60
    if offset < 0 { bytes[place + 29] = UInt8(ascii: "-") }
    bytes.putDecimal(minutes / 60, digits: 2, at: place + 30)
    bytes.putDecimal(minutes % 60, digits: 2, at: place + 33)
  }

  /// The civil date of a day counted from 1970-01-01. Years are counted from March, so that the leap day is the last;
  /// 400 years have 146097 days, the months from March on 153 days per five.
  static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}
