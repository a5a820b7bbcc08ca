// Entries of the journal.

import Linux
import Testing

@testable import ContainerMonitor

@Suite("Journal")
struct JournalLogTests {
  /// A journal of our own, and what it has received.
  private struct Journal: ~Copyable {
    let scratch: Scratch
    let socket: Descriptor
    var path: String { scratch.path + "/journal" }

    init(in folder: Scratch? = nil) throws {
      let scratch = try folder ?? Scratch()
      let socket = try Descriptor.socket(.datagram)
      let folder = try Descriptor.workingDirectory.open(scratch.path, [.path, .directory])
      try socket.bind("journal", in: folder)
      self.scratch = scratch
      self.socket = socket
    }

    /// The fields of the next entry, each as `NAME=value`.
    func next() -> [String]? {
      var buffer = [UInt8](repeating: 0, count: 70_000)
      guard let count = try? socket.read(into: &buffer) else { return nil }
      return String(decoding: buffer[0..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  private func log(_ journal: borrowing Journal, _ words: [String] = []) throws -> JournalLog {
    let options = try journal.scratch.options(words, log: ["-l", "journald"])
    return try JournalLog(options, Scratch.silent, path: journal.path)
  }

  private func put(
    _ log: inout JournalLog, _ text: String, _ kind: OutputKind = .stdout, isPartial: Bool = false
  ) throws {
    var block = try MappedBytes(capacity: text.utf8.count + 1)
    block.put([UInt8](text.utf8), at: 0)
    log.put(kind, block, 0..<text.utf8.count, isPartial: isPartial)
  }

  @Test("an entry has the container's ids, its name and its priority")
  func fields() throws {
    let journal = try Journal()
    var log = try log(journal, ["-n", "web"])
    try put(&log, "hello")
    expect(
      journal.next() == [
        "CONTAINER_ID_FULL=0123456789abcdef", "CONTAINER_ID=0123456789ab", "CONTAINER_NAME=web",
        "SYSLOG_IDENTIFIER=web", "PRIORITY=6", "MESSAGE=hello",
      ])
    try put(&log, "bad", .stderr)
    expect(journal.next()?.suffix(2) == ["PRIORITY=3", "MESSAGE=bad"])
    expect(journal.next() == nil)
  }

  @Test("the identifier is the tag, else the name, else the short id")
  func identifier() throws {
    let journal = try Journal()
    var tagged = try log(journal, ["-n", "web", "--log-tag", "t", "--log-label", "A=1", "--log-label", "B_2=x y"])
    try put(&tagged, "x")
    let fields = journal.next() ?? []
    expect(fields.contains("CONTAINER_TAG=t") && fields.contains("SYSLOG_IDENTIFIER=t"))
    expect(fields.contains("A=1") && fields.contains("B_2=x y"))
    var bare = try log(journal)
    try put(&bare, "x")
    expect(journal.next()?.contains("SYSLOG_IDENTIFIER=0123456789ab") == true)
  }

  @Test(
    "a priority at the beginning of a line is taken out",
    arguments: [
      ("<0>x", "0", "x"), ("<7>", "7", ""), ("<8>x", "6", "<8>x"), ("<3x", "6", "<3x"), ("<3", "6", "<3"),
      ("", "6", ""),
    ])
  func priority(line: String, priority: String, message: String) throws {
    let journal = try Journal()
    var log = try log(journal)
    try put(&log, line)
    expect(journal.next()?.suffix(2) == ["PRIORITY=" + priority, "MESSAGE=" + message])
  }

  @Test("the pieces of a long line are marked but for the last, and only the first can have a priority")
  func parts() throws {
    let journal = try Journal()
    var log = try log(journal)
    try put(&log, "<1>a", isPartial: true)
    try put(&log, "<2>b", isPartial: true)
    try put(&log, "<3>c")
    expect(journal.next()?.suffix(3) == ["PRIORITY=1", "CONTAINER_PARTIAL_MESSAGE=true", "MESSAGE=a"])
    expect(journal.next()?.suffix(3) == ["PRIORITY=6", "CONTAINER_PARTIAL_MESSAGE=true", "MESSAGE=<2>b"])
    expect(journal.next()?.suffix(2) == ["PRIORITY=6", "MESSAGE=<3>c"])
    var unmarked = try self.log(journal, ["--no-container-partial-message"])
    try put(&unmarked, "a", isPartial: true)
    expect(journal.next()?.suffix(2) == ["PRIORITY=6", "MESSAGE=a"])
  }

  @Test("a value with a newline is sent with its length")
  func binaryField() {
    expect(JournalFields.field("A", "b\nc") == [65, 10, 3, 0, 0, 0, 0, 0, 0, 0] + [UInt8]("b\nc\n".utf8))
  }

  @Test("a journal that does not read is waited for once, then its entries are counted and told of")
  func stuckJournal() throws {
    let journal = try Journal()
    var log = try log(journal)
    let start = Moment.monotonic()
    for _ in 0..<3000 { try put(&log, String(repeating: "x", count: 5000)) }
    expect(Moment.monotonic().milliseconds(since: start) < 3000)
    var received = 0
    while journal.next() != nil { received += 1 }
    expect(received > 0 && received < 3000)
    try put(&log, "again")
    let report = journal.next() ?? []
    let lost = 3000 - received
    expect(report.last?.hasPrefix("MESSAGE=apus-monitor: \(lost * 5000) bytes in \(lost) records") == true)
    expect(journal.next()?.last == "MESSAGE=again")
  }

  private static let missed = "MESSAGE=apus-monitor: 6 bytes in 1 records of output were lost: connection refused"

  @Test("a journal that comes later, or again, is found within a second and told what it missed")
  func missingJournal() throws {
    let scratch = try Scratch()
    let options = try scratch.options([], log: ["-l", "journald"])
    var log = try JournalLog(options, Scratch.silent, path: scratch.path + "/journal")
    for _ in 0..<2 {
      try put(&log, "missed")
      let journal = try Journal(in: scratch)
      sleep(milliseconds: 1050)
      try put(&log, "found")
      expect(journal.next()?.last == Self.missed)
      expect(journal.next()?.last == "MESSAGE=found")
      expect(journal.next() == nil)
      try Descriptor.workingDirectory.removeFile(journal.path)
    }
  }

  @Test("a journal that came in the last second is told at the end what it missed")
  func missingJournalAtTheEnd() throws {
    let scratch = try Scratch()
    let options = try scratch.options([], log: ["-l", "journald"])
    var log = try JournalLog(options, Scratch.silent, path: scratch.path + "/journal")
    try put(&log, "missed")
    let journal = try Journal(in: scratch)
    log.finish()
    expect(journal.next()?.last == Self.missed)
    expect(journal.next() == nil)
  }

  @Test("a report does not stand inside a line of stderr")
  func reportInsideLine() throws {
    let scratch = try Scratch()
    let options = try scratch.options([], log: ["-l", "journald"])
    var log = try JournalLog(options, Scratch.silent, path: scratch.path + "/journal")
    try put(&log, "missed")
    let journal = try Journal(in: scratch)
    sleep(milliseconds: 1050)
    // The first piece makes the way for the report.
    try put(&log, "begin", .stderr, isPartial: true)
    expect(journal.next()?.last == Self.missed)
    expect(journal.next()?.last == "MESSAGE=begin")
    var lost = 0
    while lost == 0 {
      // Until the journal's queue is full: what follows is lost.
      for _ in 0..<3000 { try put(&log, String(repeating: "x", count: 5000)) }
      while journal.next() != nil { lost += 1 }
      lost = 3000 - lost
    }
    try put(&log, "end", .stderr)
    expect(journal.next()?.last == "MESSAGE=end")
    try put(&log, "next")
    expect(journal.next()?.last?.hasPrefix("MESSAGE=apus-monitor: \(lost * 5000) bytes in \(lost) records") == true)
    expect(journal.next()?.last == "MESSAGE=next")
  }
}
