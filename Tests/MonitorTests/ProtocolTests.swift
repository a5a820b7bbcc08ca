// The small texts that are exchanged with callers, runtimes and containers.

import Linux
import Testing

@testable import ContainerMonitor

@Suite("Protocols")
struct ProtocolTests {
  private func options(_ words: [String]) throws -> Options {
    let least = ["-c", "id", "-u", "u", "-r", "/rt", "-l", "none", "-p", "/pid", "-b", "/b"]
    let request = try OptionParser.parse(least + words, directory: "/", isExecutable: { _ in true })
    guard case .monitor(let options) = request else { return Options() }
    return options
  }

  // MARK: The runtime's command line

  @Test(
    "create",
    arguments: [
      ([], "/rt create --bundle /b --pid-file /pid id"),
      (["-s", "--runtime-arg", "--root=/r"], "/rt --systemd-cgroup --root=/r create --bundle /b --pid-file /pid id"),
      (
        ["--no-pivot", "--no-new-keyring", "--runtime-opt", "--preserve-fds", "--runtime-opt", "2"],
        "/rt create --bundle /b --pid-file /pid --no-pivot --no-new-keyring --preserve-fds 2 id"
      ),
      (
        ["--restore", "/img"],
        "/rt restore --bundle /b --pid-file /pid --detach --image-path /img --work-path /b id"
      ),
      (
        ["-s", "-e", "--exec-process-spec", "/spec"], "/rt exec --pid-file /pid --process /spec --detach id"
      ),
    ])
  func runtimeCommand(words: [String], line: String) throws {
    #expect(RuntimeCommand.arguments(try options(words), consoleSocket: nil).joined(separator: " ") == line)
  }

  @Test("the console socket stands right before the id")
  func consoleSocket() throws {
    let words = RuntimeCommand.arguments(try options(["--runtime-opt", "x"]), consoleSocket: "/s")
    #expect(words.suffix(4) == ["x", "--console-socket", "/s", "id"])
  }

  // MARK: The sync pipe

  @Test(
    "an answer is one line of JSON",
    arguments: [
      ("pid", Int32(5), "", "{\"pid\": 5}\n"), ("data", -1, "", "{\"data\": -1}\n"),
      ("exit_code", -1, "command timed out", "{\"exit_code\": -1, \"message\": \"command timed out\"}\n"),
      (
        "data", -1, "a\"b\\c/d\n\t\r\u{8}\u{c}\u{1b}\u{7f}ü",
        #"{"data": -1, "message": "a\"b\\c\/d\n\t\r\b\f\u001b\u007fü"}"# + "\n"
      ),
    ])
  func syncMessage(key: String, value: Int32, message: String, line: String) {
    #expect(SyncMessage.line(key: key, value: value, message: [UInt8](message.utf8)) == [UInt8](line.utf8))
  }

  @Test("a message ends at 8 KiB and at a NUL, and bytes that are no text pass")
  func syncMessageLimits() {
    let long = SyncMessage.line(key: "pid", value: -1, message: [UInt8](repeating: 97, count: 100_000))
    #expect(long.count < 8300)
    let line = SyncMessage.line(key: "pid", value: -1, message: [0xff, 97, 0, 98])
    #expect(line == [UInt8]("{\"pid\": -1, \"message\": \"".utf8) + [0xff, 97] + [UInt8]("\"}\n".utf8))
  }

  // MARK: The control fifo

  private func text(_ line: ControlLine) -> String {
    switch line {
    case .resize(let size): "resize \(size.rows) \(size.columns)"
    case .reopenLog: "reopen"
    case .invalid(let reason): reason
    }
  }

  @Test(
    "a line of the control fifo",
    arguments: [
      ("1 24 80", "resize 24 80"), ("1 0 0", "resize 0 0"), ("1 1000 1000", "resize 1000 1000"),
      ("  1\t024 +080", "resize 24 80"), ("1 24 80 words behind", "resize 24 80"), ("2 0 0", "reopen"),
      ("1 1001 10", "Invalid window size: 1001x10 (must be between 0 and 1000)"),
      ("1 -1 10", "Invalid window size: -1x10 (must be between 0 and 1000)"),
      ("2 5000 0", "Invalid window size: 5000x0 (must be between 0 and 1000)"),
      ("3 1 1", "Invalid control message type: 3"), ("1 10", "Invalid control message format"),
      ("", "Invalid control message format"), ("foo", "Invalid control message format"),
      ("1 10.5 20", "Invalid control message format"), ("1 0x10 20", "Invalid control message format"),
      ("1 99999999999999999999 1", "Invalid window size: 1000000000x1 (must be between 0 and 1000)"),
    ])
  func controlLine(line: String, meaning: String) {
    #expect(text(ControlLine.parse([UInt8](line.utf8)[...])) == meaning)
  }

  @Test("a line of the window size fifo")
  func sizeLine() {
    #expect(text(ControlLine.parseSize([UInt8]("30 90".utf8)[...])) == "resize 30 90")
    #expect(text(ControlLine.parseSize([UInt8]("30".utf8)[...])) == "Failed to parse window size")
  }

  @Test("lines are put together from pieces, overlong ones are passed over to their end")
  func lineCollector() {
    var collector = LineCollector()
    var lines: [String] = []
    func take(_ text: String) -> Bool {
      collector.take([UInt8](text.utf8)[...]) { lines.append(String(decoding: $0, as: UTF8.self)) }
    }
    #expect(take("1 2") == false)
    #expect(take(" 3\n4\n5") == false)
    #expect(lines == ["1 2 3", "4"])
    #expect(take(String(repeating: "x", count: 300)) == true)
    #expect(take("yyy\n6\n") == false)
    #expect(lines == ["1 2 3", "4", "6"])
  }

  // MARK: Readiness

  @Test(
    "readiness messages pass, commands to the service manager do not",
    arguments: [
      ("READY=1", "READY=1"), ("READY=1\nMAINPID=5\nSTATUS=all well", "READY=1\nSTATUS=all well"),
      ("FDSTORE=1", ""), ("READY=0", ""), ("READY=1x", ""),
      ("WATCHDOG=trigger\r\nERRNO=2", "WATCHDOG=trigger\nERRNO=2"),
      ("STOPPING=1\0READY=1", "STOPPING=1"),
      ("MONOTONIC_USEC=1\nBUSERROR=x\nRELOADING=1", "MONOTONIC_USEC=1\nBUSERROR=x\nRELOADING=1"),
    ])
  func notify(message: String, passing: String) {
    #expect(NotifyFilter.passing([UInt8](message.utf8)[...]) == [UInt8](passing.utf8))
  }

  // MARK: Memory

  @Test("the cgroups of a process are found in all layouts")
  func membership() {
    let hybrid = CgroupMembership.parse([UInt8]("12:cpu,cpuacct:/a\n9:memory:/mem:x\n1:name=systemd:/s\n0::/u\n".utf8))
    #expect(hybrid.memory?.hierarchy == "memory")
    #expect(hybrid.memory?.path == "/mem:x")
    #expect(hybrid.unified == "/u")
    let joined = CgroupMembership.parse([UInt8]("3:cpu,memory:/a\n".utf8))
    #expect(joined.memory?.hierarchy == "cpu,memory")
    let pure = CgroupMembership.parse([UInt8]("0::/x.scope/container\n".utf8))
    #expect(pure.memory == nil)
    #expect(pure.unified == "/x.scope/container")
    #expect(CgroupMembership.parse([UInt8]("garbage\n1:\n".utf8)).unified == nil)
  }

  @Test("memory counters are read from both versions, garbage counts as nothing")
  func counters() {
    let v2 = MemoryCounters.parse([UInt8]("low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n".utf8))
    #expect(v2 == MemoryCounters(exhausted: 3, killed: 2))
    let v1 = MemoryCounters.parse([UInt8]("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n".utf8))
    #expect(v1 == MemoryCounters(exhausted: 0, killed: 1))
    let garbage = MemoryCounters.parse([UInt8]("oom x\noom_kill 99999999999999999999\noom_kill\n".utf8))
    #expect(garbage == MemoryCounters())
    #expect(v2.hasGrown(since: MemoryCounters(exhausted: 3, killed: 1)))
    #expect(!v2.hasGrown(since: v2))
  }
}
