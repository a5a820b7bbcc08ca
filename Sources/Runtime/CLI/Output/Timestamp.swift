// Moments as text: RFC 3339 in UTC.

public import Linux

/// Moments as text: RFC 3339 in UTC.
public enum Timestamp {
  /// Whole seconds, as `2026-11-23T09:07:25Z`.
  public static func seconds(_ moment: Moment) -> String { date(moment.seconds) + "Z" }

  /// Up to nanoseconds without trailing zeros, as `2026-11-23T09:07:25.1203Z` (RFC3339Nano of Go).
  public static func nanoseconds(_ moment: Moment) -> String {
    var fraction = moment.nanoseconds
    if fraction == 0 { return seconds(moment) }
    var width = 9
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    return date(moment.seconds) + "." + padded(fraction, width) + "Z"
  }

  private static func date(_ seconds: Int64) -> String {
    let secondOfDay = ((seconds % 86400) + 86400) % 86400
    let (year, month, day) = civil((seconds - secondOfDay) / 86400)
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(secondOfDay / 3600, 2) + ":" + padded(secondOfDay / 60 % 60, 2) + ":" + padded(secondOfDay % 60, 2)
  }

  /// The Gregorian date of a day counted from 1970-01-01. Years begin in March here: the leap day is their last.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = day + 719_468  // days from 0000-03-01
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    var text = decimal(Int(value))
    while text.utf8.count < width { text = "0" + text }
    return text
  }
}
