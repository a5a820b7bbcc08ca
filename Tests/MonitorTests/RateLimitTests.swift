// How much output may be taken in a span of time.

import Linux
import Testing

@testable import ContainerMonitor

@Suite("Rate limit")
struct RateLimitTests {
  private func moment(_ milliseconds: Int64) -> Moment {
    Moment(seconds: milliseconds / 1000, nanoseconds: milliseconds % 1000 * 1_000_000)
  }

  private func piece(_ count: Int, isPartial: Bool = false) -> LineCutter.Piece {
    LineCutter.Piece(content: 0..<count - (isPartial ? 0 : 1), isPartial: isPartial, next: count)
  }

  @Test("what is blocked may be read in each tenth of a second up to a tenth of the limit")
  func block() {
    var limit = RateLimit(bytesPerSecond: 1000, .block)
    limit.setTime(moment(0))
    expect(limit.budget == 100)
    limit.spend(60)
    expect(limit.budget == 40)
    limit.spend(60)
    expect(limit.budget == 0)
    expect(limit.wait(moment(30)) == 70)
    limit.setTime(moment(99))
    expect(limit.budget == 0)
    limit.setTime(moment(100))
    expect(limit.budget == 100)
  }

  @Test("a limit below ten bytes per second lets a byte pass at a time")
  func least() {
    var limit = RateLimit(bytesPerSecond: 1, .block)
    limit.setTime(moment(0))
    expect(limit.budget == 1)
  }

  @Test("what is beyond the limit of a second is dropped, counted and told once")
  func drop() {
    var limit = RateLimit(bytesPerSecond: 100, .drop)
    limit.setTime(moment(0))
    expect(limit.admits(piece(60)) && limit.admits(piece(60)))
    expect(!limit.admits(piece(11)) && !limit.admits(piece(1)))
    limit.setTime(moment(1000))
    expect(limit.admits(piece(5)))
    expect(
      limit.takeReport(.stderr) == "apus-monitor: 10 bytes in 2 records of stderr were dropped: rate limit")
    expect(limit.takeReport(.stderr) == nil)
  }

  @Test("a line that was begun is finished, one that was dropped is dropped to its end")
  func wholeLines() {
    var limit = RateLimit(bytesPerSecond: 100, .drop)
    limit.setTime(moment(0))
    expect(limit.admits(piece(100, isPartial: true)) && limit.admits(piece(100, isPartial: true)))
    expect(limit.admits(piece(5)))
    expect(!limit.admits(piece(5, isPartial: true)))
    limit.setTime(moment(1000))
    expect(!limit.admits(piece(5)))
    expect(limit.admits(piece(5)))
  }

  @Test("without a limit everything passes", arguments: [RatePolicy.pass, .block, .drop])
  func none(policy: RatePolicy) {
    var limit = RateLimit(bytesPerSecond: -1, policy)
    limit.setTime(moment(0))
    expect(limit.policy == .pass)
    expect(limit.budget == .max && limit.admits(piece(1 << 20)))
  }

  @Test("a report about stdout waits for the end of a long line of stderr")
  func reportInsideLine() throws {
    let scratch = try Scratch()
    let words = ["--log-rate-limit", "10", "--log-rate-policy", "stdout=drop"]
    var log = try OutputLog(scratch.options(words), Scratch.silent)
    var (stdout, stderr) = (FedStream(), FedStream())
    for kind in OutputKind.allCases { log.setTime(kind, moment(0)) }
    try stdout.feed(&log, .stdout, [UInt8]("first line\nsecond\n".utf8))
    try stderr.feed(&log, .stderr, [UInt8](repeating: 120, count: 20_000))
    log.setTime(.stdout, moment(1000))
    try stdout.feed(&log, .stdout, [UInt8]("third line\nfourth\n".utf8))
    try stdout.end(&log, .stdout)
    try stderr.end(&log, .stderr)
    log.finish()
    let records = LogRecord.all(scratch.text("log"))
    expect(records.map(\.content.utf8.count) == [10, 16_384, 10, 3616, 70])
    expect(records.map(\.tag) == ["F", "P", "F", "F", "F"])
    expect(
      records.last?.content == "apus-monitor: 12 bytes in 2 records of stdout were dropped: rate limit")
  }

  @Test("dropped lines leave a report in the log, also at the end of the stream")
  func report() throws {
    let scratch = try Scratch()
    let words = ["--log-rate-limit", "10", "--log-rate-policy", "stdout=drop"]
    var log = try OutputLog(scratch.options(words), Scratch.silent)
    var (stdout, stderr) = (FedStream(), FedStream())
    for kind in OutputKind.allCases { log.setTime(kind, moment(0)) }
    try stdout.feed(&log, .stdout, [UInt8]("first line\nsecond\nthird\n".utf8))
    try stderr.feed(&log, .stderr, [UInt8]("as much as it likes\nand more\n".utf8))
    log.setTime(.stdout, moment(1000))
    try stdout.feed(&log, .stdout, [UInt8]("fourth line\nfifth\n".utf8))
    try stdout.end(&log, .stdout)
    log.finish()
    let records = LogRecord.all(scratch.text("log"))
    expect(
      records.map(\.content) == [
        "first line", "as much as it likes", "and more",
        "apus-monitor: 11 bytes in 2 records of stdout were dropped: rate limit", "fourth line",
        "apus-monitor: 5 bytes in 1 records of stdout were dropped: rate limit",
      ])
    expect(records.map(\.stream) == ["stdout", "stderr", "stderr", "stderr", "stdout", "stderr"])
  }
}
