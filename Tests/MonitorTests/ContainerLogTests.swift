// The log file: records, limits, rotation, loss.

import Foundation
import Linux
import Testing

@testable import ContainerMonitor

@Suite("Container log")
struct ContainerLogTests {
  private func write(_ scratch: Scratch, _ words: [String] = [], _ pieces: [(OutputKind, String)]) throws {
    var log = try OutputLog(scratch.options(words + ["--no-sync-log"]), Scratch.silent)
    var streams = [FedStream(), FedStream()]
    for (kind, text) in pieces { try streams[kind.index].feed(&log, kind, [UInt8](text.utf8)) }
    for kind in OutputKind.allCases { try streams[kind.index].end(&log, kind) }
    log.finish()
  }

  @Test("each line is a record with its stream and a time of its own")
  func lines() throws {
    let scratch = try Scratch()
    try write(scratch, [], [(.stdout, "one\ntwo\n\n"), (.stderr, "three\n")])
    let records = LogRecord.all(scratch.text("log"))
    #expect(records.map(\.content) == ["one", "two", "", "three"])
    #expect(records.map(\.stream) == ["stdout", "stdout", "stdout", "stderr"])
    #expect(records.allSatisfy { $0.tag == "F" })
    #expect(Set(records.map(\.time)).count == 4)
    #expect(records.map(\.time).sorted() == records.map(\.time))
  }

  @Test("a line is not cut by the size of a read, and the last one is whole without a newline")
  func pieces() throws {
    let scratch = try Scratch()
    let pieces = ["a", "b\nc", "", "d", "e\n", "end"]
    try write(scratch, [], pieces.map { (OutputKind.stdout, $0) })
    let records = LogRecord.all(scratch.text("log"))
    #expect(records.map(\.content) == ["ab", "cde", "end"])
    #expect(records.allSatisfy { $0.tag == "F" })
  }

  @Test(
    "a line of up to 16 KiB is whole, a longer one is cut there",
    arguments: [
      (16383, [16383]), (16384, [16384]), (16385, [16384, 1]), (32768, [16384, 16384]), (32769, [16384, 16384, 1]),
      (100_000, [16384, 16384, 16384, 16384, 16384, 16384, 1696]),
    ])
  func longLines(length: Int, sizes: [Int]) throws {
    for ending in ["\n", ""] {
      for size in [1000, 16384, 65536, 200_000] {
        let scratch = try Scratch()
        let line = String(repeating: "x", count: length) + ending
        let pieces = stride(from: 0, to: line.count, by: size).map { line.dropFirst($0).prefix(size) }
        try write(scratch, [], pieces.map { (OutputKind.stdout, String($0)) })
        let records = LogRecord.all(scratch.text("log"))
        #expect(records.map { $0.content.count } == sizes, "in pieces of \(size)")
        #expect(records.map(\.tag) == sizes.dropLast().map { _ in "P" } + ["F"])
      }
    }
  }

  @Test("the way for files alone and the one for several sinks write the same", arguments: 0..<60)
  func sameRecords(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    var pieces: [(OutputKind, String)] = []
    for _ in 0..<30 {
      let length = [0, 1, 5, 100, 8192, 16384, 16385, 40_000].randomElement(using: &numbers) ?? 0
      let text = String((0..<length).map { _ in Bool.random(using: &numbers) && length < 200 ? "\n" : "y" })
      pieces.append((Bool.random(using: &numbers) ? .stdout : .stderr, text + (length % 2 == 0 ? "\n" : "")))
    }
    let (plain, other) = (try Scratch(), try Scratch())
    try write(plain, [], pieces)
    // A limit that is never reached sends everything the other way.
    try write(other, ["--log-rate-limit", "1000000000000", "--log-rate-policy", "drop"], pieces)
    func content(_ scratch: Scratch) -> [String] {
      LogRecord.all(scratch.text("log")).map { $0.stream + $0.tag + $0.content }
    }
    #expect(content(plain).elementsEqual(content(other)))
    #expect(!content(plain).isEmpty)
  }

  @Test("bytes that are no text and NUL bytes pass as they are")
  func binary() throws {
    let scratch = try Scratch()
    var log = try OutputLog(scratch.options([]), Scratch.silent)
    var stream = FedStream()
    let bytes: [UInt8] = [0, 255, 254, 13, 192, 0, 10]
    try stream.feed(&log, .stdout, bytes)
    log.finish()
    let data = try Data(contentsOf: URL(filePath: scratch.path + "/log"))
    #expect(data.suffix(7) == Data(bytes))
    #expect(data.count == ContainerLog.headWidth + 7)
  }

  @Test("an existing log is gone on with")
  func append() throws {
    let scratch = try Scratch()
    try write(scratch, [], [(.stdout, "one\n")])
    try write(scratch, [], [(.stdout, "two\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["one", "two"])
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.path + "/log")[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  // MARK: Limits

  /// Each record is 46 bytes and the text.
  @Test("at the size limit the file is begun anew")
  func sizeLimit() throws {
    let scratch = try Scratch()
    try write(scratch, ["--log-size-max", "100"], [(.stdout, "1234\n5678\n90ab\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["90ab"])
    #expect(scratch.names == ["log"])
  }

  @Test("an existing file counts for the size limit")
  func sizeLimitExisting() throws {
    let scratch = try Scratch()
    try write(scratch, [], [(.stdout, "1234\n")])
    try write(scratch, ["--log-size-max", "60"], [(.stdout, "5678\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["5678"])
  }

  @Test("a record that is larger than the limit has a file of its own")
  func recordBeyondLimit() throws {
    let scratch = try Scratch()
    try write(scratch, ["--log-size-max", "10", "--log-rotate"], [(.stdout, "one\ntwo\nthree\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["three"])
    #expect(LogRecord.all(scratch.text("log.1")).map(\.content) == ["two"])
    #expect(scratch.names == ["log", "log.1"])
  }

  @Test("beyond the limit of all files output is thrown away")
  func globalLimit() throws {
    let scratch = try Scratch()
    try write(scratch, ["--log-global-size-max", "100"], [(.stdout, "1234\n5678\n90ab\n"), (.stdout, "cdef\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["1234", "5678"])
  }

  @Test("rotation keeps so many files, and together they hold every line once", arguments: [1, 3, 100])
  func rotation(keep: Int) throws {
    let scratch = try Scratch()
    let lines = (0..<2000).map { String(format: "line %05d", $0) }
    let words = ["--log-size-max", "3000", "--log-rotate", "--log-max-files", "\(keep)"]
    try write(scratch, words, lines.map { (OutputKind.stdout, $0 + "\n") })
    let names = scratch.names.sorted { number($0) > number($1) }
    #expect(names.count == min(keep + 1, 2000 / (3000 / 56) + 1))
    let kept = names.flatMap { LogRecord.all(scratch.text($0)).map(\.content) }
    #expect(kept == Array(lines.suffix(kept.count)))
    if keep == 100 { #expect(kept.count == 2000) }
    for name in names { #expect(scratch.text(name).utf8.count <= 3000) }
  }

  private func number(_ name: String) -> Int { Int(name.split(separator: ".").dropFirst().first ?? "0") ?? 0 }

  @Test("any order of writing, reopening and moving away loses nothing and doubles nothing", arguments: 0..<40)
  func anyOrder(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let scratch = try Scratch()
    let rotates = seed % 2 == 0
    let words = rotates ? ["--log-rotate", "--log-max-files", "1000", "--log-size-max", "2000"] : []
    var log = try OutputLog(scratch.options(words), Scratch.silent)
    var streams = [FedStream(), FedStream()]
    var written: [[String]] = [[], []]
    var moved = 0
    for step in 0..<200 {
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0:
        // As a kubelet does: move away, then ask for a new file.
        moved += 1
        try? FileManager.default.moveItem(atPath: scratch.path + "/log", toPath: scratch.path + "/moved.\(moved)")
        log.reopen()
      case 1 where rotates: log.reopen()
      default:
        let kind: OutputKind = Bool.random(using: &numbers) ? .stdout : .stderr
        let count = Int.random(in: 1...8, using: &numbers)
        let lines = (0..<count).map { "\(kind) \(step) \($0)" }
        written[kind.index] += lines
        let bytes = [UInt8](lines.map { $0 + "\n" }.joined().utf8)
        let cut = Int.random(in: 0...bytes.count, using: &numbers)
        try streams[kind.index].feed(&log, kind, Array(bytes[..<cut]))
        try streams[kind.index].feed(&log, kind, Array(bytes[cut...]))
      }
    }
    log.finish()
    let records = scratch.names.flatMap { LogRecord.all(scratch.text($0)) }
    for kind in OutputKind.allCases {
      let contents = records.filter { $0.stream == "\(kind)" }.sorted { $0.time < $1.time }.map(\.content)
      #expect(contents == written[kind.index])
    }
  }

  @Test("rotation is refused outside of the allowed directories, the log goes on in its file")
  func allowedDirectories() throws {
    let scratch = try Scratch()
    let words = ["--log-size-max", "100", "--log-rotate", "--log-allowlist-dir"]
    try write(scratch, words + ["/usr"], [(.stdout, "1234\n5678\n90ab\n")])
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["1234", "5678", "90ab"])
    #expect(scratch.names == ["log"])
    try write(scratch, words + ["/usr", "--log-allowlist-dir", scratch.path], [(.stdout, "cdef\n")])
    #expect(scratch.names == ["log", "log.1"])
  }

  @Test("a link in the log's place is not followed")
  func linkAsLog() throws {
    let scratch = try Scratch()
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/log", withDestinationPath: "real")
    #expect(throws: SystemCallError.self) { try write(scratch, [], [(.stdout, "1234\n")]) }
    #expect(scratch.names == ["log"])
  }

  @Test("a link that is put in the log's place is not followed by a rotation: the log goes on in its file")
  func linkAtRotation() throws {
    let scratch = try Scratch()
    var log = try OutputLog(scratch.options(["--log-size-max", "60", "--log-rotate"]), Scratch.silent)
    var stream = FedStream()
    try stream.feed(&log, .stdout, [UInt8]("1234\n".utf8))
    try FileManager.default.moveItem(atPath: scratch.path + "/log", toPath: scratch.path + "/moved")
    try FileManager.default.createSymbolicLink(atPath: scratch.path + "/log", withDestinationPath: "real")
    try stream.feed(&log, .stdout, [UInt8]("5678\n".utf8))
    log.finish()
    #expect(LogRecord.all(scratch.text("moved")).map(\.content) == ["1234", "5678"])
    #expect(scratch.names == ["log", "moved"])
  }

  // CWE-59: whoever can write into the folder would have a file of the host emptied and filled with output.
  @Test("a link at the name under which a new log is made is removed, not followed", arguments: [false, true])
  func plantedLink(rotates: Bool) throws {
    let scratch = try Scratch()
    try Data("precious".utf8).write(to: URL(filePath: scratch.path + "/precious"))
    var log = try OutputLog(scratch.options(rotates ? ["--log-rotate"] : []), Scratch.silent)
    var stream = FedStream()
    for name in ["log.tmp", "log.new"] {
      try FileManager.default.createSymbolicLink(atPath: scratch.path + "/" + name, withDestinationPath: "precious")
    }
    log.reopen()
    try stream.feed(&log, .stdout, [UInt8]("line\n".utf8))
    log.finish()
    #expect(scratch.text("precious") == "precious")
    #expect(LogRecord.all(scratch.text("log")).map(\.content) == ["line"])
    let kind = try FileManager.default.attributesOfItem(atPath: scratch.path + "/log")[.type] as? FileAttributeType
    #expect(kind == .typeRegular)
  }

  @Test("a stream of the caller's may be the log, and no file is put in its place")
  func callersStream() throws {
    let scratch = try Scratch()
    let file = try Descriptor.workingDirectory.open(scratch.path + "/stream", [.readWrite, .create], mode: 0o600)
    let path = "/proc/self/fd/\(file.number)"
    var log = try OutputLog(scratch.options([], log: ["-l", "k8s-file:" + path]), Scratch.silent)
    var stream = FedStream()
    try stream.feed(&log, .stdout, [UInt8]("one\n".utf8))
    log.reopen()
    try stream.feed(&log, .stdout, [UInt8]("two\n".utf8))
    log.finish()
    expect(LogRecord.all(scratch.text("stream")).map(\.content) == ["one", "two"])
    let folder = LogFolder(path: path, succession: .replace, allowedDirectories: [])
    do throws(LogRotationError) {
      _ = try folder.succeed()
      expect(false, "a file was put in its place")
    } catch {
      expect(error.message == "the log is no file of its own")
    }
  }

  // MARK: Loss

  @Test("a device that is always full takes nothing, all of it is counted and nobody waits")
  func fullDevice() throws {
    let folder = LogFolder(path: "/dev/full", succession: .replace, allowedDirectories: [])
    var log = try ContainerLog(LogFile(folder, Scratch.silent), sizeMax: -1, globalMax: -1)
    let text = [UInt8]("some line\n".utf8)
    var block = try MappedBytes(capacity: text.count)
    block.put(text, at: 0)
    let begin = Moment.monotonic()
    for _ in 0..<100 {
      log.setTime()
      expect(log.append(.stdout, block, from: 0, to: text.count) == text.count)
    }
    log.finish(sync: true)
    expect(log.loss.bytes == 900 && log.loss.records == 100 && log.loss.errno == .noSpace)
    expect(Moment.monotonic().milliseconds(since: begin) < 2000)
  }

  @Test("a loss is told in bytes and records")
  func lossReport() {
    let loss = LogLoss(bytes: 12, records: 3, errno: .noSpace)
    #expect(
      String(decoding: loss.report, as: UTF8.self)
        == "apus-monitor: 12 bytes in 3 records of output were lost: no space left on device")
  }
}
