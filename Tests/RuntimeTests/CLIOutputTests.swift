// Tests of what commands print: tables, times, JSON, log lines.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("The output of commands")
struct CLIOutputTests {
  private func report(_ id: String) -> StateReport {
    var report = StateReport()
    report.id = id
    report.pid = 42
    report.status = .running
    report.bundle = "/b"
    report.rootfs = "/b/rootfs"
    report.created = "2026-11-23T09:07:25.5Z"
    report.owner = "root"
    return report
  }

  @Test("columns are at least 12 wide, 3 apart, and the last has no end")
  func tables() {
    var table = TextTable(header: ["ID", "PID", "OWNER"])
    #expect(table.text == "ID          PID         OWNER\n")
    table.append(["a-name-of-17-chars", "1", "ö"])
    table.append(["é", "2", "x"])
    #expect(
      table.text == """
        ID                   PID         OWNER
        a-name-of-17-chars   1           ö
        é                    2           x

        """)
  }

  @Test("times are RFC 3339 in UTC")
  func timestamps() {
    #expect(Timestamp.seconds(Moment(seconds: 0, nanoseconds: 5)) == "1970-01-01T00:00:00Z")
    #expect(Timestamp.nanoseconds(Moment(seconds: 951_782_399, nanoseconds: 0)) == "2000-02-28T23:59:59Z")
    #expect(Timestamp.nanoseconds(Moment(seconds: 951_782_400, nanoseconds: 1)) == "2000-02-29T00:00:00.000000001Z")
    #expect(Timestamp.nanoseconds(Moment(seconds: 1, nanoseconds: 120_300_000)) == "1970-01-01T00:00:01.1203Z")
    #expect(Timestamp.seconds(Moment(seconds: -1, nanoseconds: 0)) == "1969-12-31T23:59:59Z")
  }

  @Test("every day of four centuries has the date that Foundation gives it")
  func dates() {
    let format = Date.ISO8601FormatStyle()
    for day in stride(from: Int64(-25_000), to: 121_000, by: 1) {
      let seconds = day * 86400 + 3_661
      let expected = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(format)
      let found = Timestamp.seconds(Moment(seconds: seconds, nanoseconds: 0))
      if found != expected {
        Issue.record("\(found) is not \(expected)")
        return
      }
    }
  }

  @Test("state prints runc's fields in runc's order")
  func stateReport() {
    var report = report("c")
    report.annotations = Annotations([Annotations.Entry(key: "k", value: "v")])
    report.owner = ""
    #expect(
      String(decoding: report.encoded(.twoSpaces), as: UTF8.self) == """
        {
          "ociVersion": "1.3.0",
          "id": "c",
          "pid": 42,
          "status": "running",
          "bundle": "/b",
          "rootfs": "/b/rootfs",
          "created": "2026-11-23T09:07:25.5Z",
          "annotations": {
            "k": "v"
          },
          "owner": ""
        }
        """)
  }

  @Test("list prints a table")
  func listTable() {
    #expect(
      StateReport.table([report("one")]) == """
        ID          PID         STATUS      BUNDLE      CREATED                  OWNER
        one         42          running     /b          2026-11-23T09:07:25.5Z   root

        """)
  }

  @Test("log lines are quoted only where logrus quotes")
  func logText() {
    let expected: [(String, String)] = [
      ("plain", "plain"), ("a/b-c.d_e@f^g+h9", "a/b-c.d_e@f^g+h9"), ("two words", "\"two words\""),
      ("say \"x\" \\", "\"say \\\"x\\\" \\\\\""), ("a\nb\tc", "\"a\\nb\\tc\""), ("a=b", "\"a=b\""), ("", ""),
      ("esc\u{1b}[1m", "\"esc\\x1b[1m\""), ("ü", "\"ü\""), ("c1\u{9b}", "\"c1\\u009b\""), ("\u{7f}", "\"\\x7f\""),
      ("\u{7}\u{8}\u{b}\u{c}\r", "\"\\a\\b\\v\\f\\r\""),
    ]
    for (message, value) in expected {
      let line = LogLine(level: .error, message: message, time: "T").formatted(.text)
      #expect(String(decoding: line, as: UTF8.self) == "time=\"T\" level=error msg=\(value)\n")
    }
  }

  @Test("a JSON log line is one object with level, msg and time")
  func logJSON() throws {
    let line = LogLine(level: .warning, message: "a \"b\"\n", time: "T").formatted(.json)
    #expect(
      String(decoding: line, as: UTF8.self) == "{\"level\":\"warning\",\"msg\":\"a \\\"b\\\"\\n\",\"time\":\"T\"}\n")
  }

  @Test("ps keeps the header and the lines of the container's processes")
  func processListing() throws {
    let output = Array("UID   PID  CMD\nroot    1  init\nroot   12  sh -c 7\nroot   7  x\n".utf8)
    let kept = try ProcessListing.filter(output, pids: [7, 12])
    #expect(String(decoding: kept, as: UTF8.self) == "UID   PID  CMD\nroot   12  sh -c 7\nroot   7  x\n")
    #expect(throws: RuntimeError.self) { try ProcessListing.filter(Array("USER CMD\n".utf8), pids: []) }
    #expect(throws: RuntimeError.self) { try ProcessListing.filter(Array("PID\nx\n".utf8), pids: []) }
  }

  @Test("an owner without a name is shown by number")
  func owners() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "apus-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(HostUsers.name(of: 0, root: root.path) == "#0")
    try FileManager.default.createDirectory(at: root.appending(path: "etc"), withIntermediateDirectories: true)
    #expect(HostUsers.name(of: 0, root: root.path) == "#0")
    try Data("root:x:0:0::/:/bin/sh\nbroken\nann:x:1000:1000::/home/ann:\n".utf8)
      .write(to: root.appending(path: "etc/passwd"))
    #expect(HostUsers.name(of: 0, root: root.path) == "root")
    #expect(HostUsers.name(of: 1000, root: root.path) == "ann")
    #expect(HostUsers.name(of: 7, root: root.path) == "#7")
  }

  @Test("descriptors of socket activation are taken by their receiver alone")
  func listening() throws {
    #expect(PassedDescriptors.listening(["LISTEN_PID=7", "LISTEN_FDS=2"], pid: 7) == 2)
    #expect(PassedDescriptors.listening(["LISTEN_PID=7", "LISTEN_FDS=2"], pid: 8) == 0)
    #expect(PassedDescriptors.listening(["LISTEN_FDS=2"], pid: 8) == 0)
    #expect(PassedDescriptors.listening(["LISTEN_PID=8", "LISTEN_FDS=-2"], pid: 8) == 0)
    let line = CommandLine(["apus", "exec", "--preserve-fds", "1000", "c", "ls"])
    #expect(throws: RuntimeError.self) { try PassedDescriptors(line, []).check() }
    // The sum of both is more than a number of 32 bits holds.
    let most = ["LISTEN_PID=\(getpid())", "LISTEN_FDS=2147483647"]
    let create = CommandLine(["apus", "create", "--preserve-fds", "1", "c"])
    #expect(throws: RuntimeError.self) { try PassedDescriptors(create, most).check() }
  }

  @Test("the value of a variable is that of exactly its name")
  func variables() {
    #expect(variable("A", in: ["AB=1", "A=2"]) == "2")
    #expect(variable("A", in: ["A="]) == nil)
    #expect(variable("A", in: ["A"]) == nil)
  }

  @Test("paths are cleaned as text")
  func cleanPaths() throws {
    let expected = [
      ("/", "/"), ("//a/./b/", "/a/b"), ("/a/../../b", "/b"), ("/..", "/"), ("/a/b/..", "/a"), ("/.hidden", "/.hidden"),
    ]
    for (path, clean) in expected { #expect(cleanPath(path) == clean) }
    #expect(try absolutePath("x/../y") == FileManager.default.currentDirectoryPath + "/y")
  }

  @Test("kernels before 5.14 are refused")
  func kernels() {
    for release in ["5.14.0", "5.14-rc1", "6.1.0-18-amd64", "10.0"] { #expect(ProgramStart.isNewEnough(release)) }
    for release in ["5.13.19", "4.19.0", "5", "", "x"] { #expect(!ProgramStart.isNewEnough(release)) }
  }
}
