// Times in the log.

import Foundation
import Linux
import Testing

@testable import ContainerMonitor

@Suite("Times of records")
struct RecordClockTests {
  private func text(_ seconds: Int64, _ nanoseconds: Int, offset: Int64) throws -> String {
    var block = try MappedBytes(capacity: 64)
    RecordClock.put(seconds: seconds, nanoseconds: nanoseconds, offset: offset, in: &block, at: 3)
    return String(decoding: block.bytes(3..<3 + RecordClock.width), as: UTF8.self)
  }

  @Test(
    "a moment in a zone",
    arguments: [
      (Int64(0), 0, Int64(0), "1970-01-01T00:00:00.000000000+00:00"),
      (951_782_400, 1, 3600, "2000-02-29T01:00:00.000000001+01:00"),
      (1_700_000_000, 999_999_999, -34200, "2023-11-14T12:43:20.999999999-09:30"),
      (4_107_542_399, 5, 20700, "2100-03-01T05:44:59.000000005+05:45"),
      (-1, 0, 0, "1969-12-31T23:59:59.000000000+00:00"),
    ])
  func moments(seconds: Int64, nanoseconds: Int, offset: Int64, expected: String) throws {
    expect(try text(seconds, nanoseconds, offset: offset) == expected)
  }

  @Test("dates agree with those of the system over four centuries")
  func dates() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for day in stride(from: -20_000, to: 150_000, by: 37) {
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86400))
      let date = RecordClock.date(ofDay: day)
      expect(date.year == parts.year && date.month == parts.month && date.day == parts.day)
    }
  }

  @Test("times never repeat while the clock stands still, and follow it when it is set back")
  func order() {
    var clock = RecordClock()
    expect(clock.move(to: Moment(seconds: 10, nanoseconds: 999_999_998)))
    expect(!clock.tick())
    expect(clock.nanoseconds == 999_999_999)
    // The clock has not moved: the next record is one later, in the next second.
    expect(clock.move(to: Moment(seconds: 10, nanoseconds: 999_999_998)))
    expect(clock.seconds == 11 && clock.nanoseconds == 0)
    expect(clock.move(to: Moment(seconds: 5, nanoseconds: 7)))
    expect(clock.seconds == 5 && clock.nanoseconds == 7)
  }
}
