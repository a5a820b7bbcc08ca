// The truth of the log under full speed, rotation, full disks and limits, with real containers.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, logs", .serialized, .containers, .monitor)
struct MonitorLogTests {
  /// Writes numbered lines of varying length as fast as awk can.
  private static let numbered = """
    awk 'BEGIN { for (i = 1; i <= 200000; i++) { s = "line " i " "; \
    if (i % 7 == 0) s = s "some more words that make it longer"; \
    if (i % 1000 == 0) { for (j = 0; j < 10; j++) s = s "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" } \
    print s } }'
    """

  /// That the records of a stream are the numbered lines, each once and whole.
  private func check(_ records: [MonitoredRecord], count: Int = 200_000) {
    #expect(records.allSatisfy { $0.tag == "F" })
    var expected = 1
    for record in records {
      let number = Int(record.content.split(separator: " ").dropFirst().first ?? "")
      if number != expected {
        Issue.record("line \(expected) is \(record.content.prefix(60))")
        return
      }
      expected += 1
    }
    #expect(expected == count + 1)
    let times = records.map(\.time)
    #expect(times == times.sorted() && Set(times).count == times.count)
  }

  @Test("at full speed through rotation nothing is lost, doubled or torn", arguments: Monitor.runtimes)
  func rotation(runtime: String) throws {
    try onScene { scene in
      // Both outputs at once, as fast as files are copied.
      let script = Self.numbered + " >/tmp/lines; cat /tmp/lines & cat /tmp/lines >&2; wait"
      let container = try MonitoredContainer(scene, runtime, script)
      container.words = ["--log-size-max", "400000", "--log-rotate", "--log-max-files", "1000", "--no-sync-log"]
      #expect(try container.runToEnd(within: 60) == "0")
      for stream in ["stdout", "stderr"] { check(container.records.filter { $0.stream == stream }) }
      let sizes = Host.names(in: container.folder).filter { $0.hasPrefix("log") }.map {
        (Host.read(container.folder + "/" + $0) ?? "").utf8.count
      }
      #expect(sizes.count > 20 && sizes.allSatisfy { $0 <= 400_000 })
    }
  }

  @Test("at full speed through reopening nothing is lost, doubled or torn", arguments: Monitor.runtimes)
  func reopening(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, Self.numbered + "; read x", words: ["-i"])
      try container.run()
      #expect(eventually { !container.text("log").isEmpty })
      // As the kubelet does: the file is moved away, then a new one is asked for and waited for.
      for moved in 1...40 {
        try FileManager.default.moveItem(
          atPath: container.logPath, toPath: container.folder + "/log.\(100_000 - moved)")
        try container.control("2 0 0\n")
        #expect(eventually { Host.exists(container.logPath) })
        usleep(5000)
      }
      let client = try container.attach()
      client.endInput()
      #expect(try container.exitCode() == "1")
      try container.remove()
      // All the time there was something to lose.
      let logs = Host.names(in: container.folder).filter { $0.hasPrefix("log") && !container.text($0).isEmpty }
      #expect(logs.count >= 5, "\(logs)")
      check(container.records)
    }
  }

  @Test("reopening makes the event that a caller waits for", arguments: Monitor.runtimes)
  func reopenEvent(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo before; while true; do sleep 0.1; done").run()
      #expect(eventually { container.lines == ["before"] })
      let watch = FolderEvents([container.folder])
      try container.control("2 0 0\n")
      var names: [String] = []
      #expect(
        eventually {
          names += watch.next()
          return names.contains("log")
        })
      try container.kill()
      _ = try container.exitCode()
      try container.remove()
    }
  }

  @Test("a rotation asked for keeps what was written before", arguments: Monitor.runtimes)
  func askedRotation(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo before; read x; echo after", words: ["-i"])
      container.words += ["--log-rotate", "--log-max-files", "3"]
      try container.run()
      #expect(eventually { container.lines == ["before"] })
      try container.control("2 0 0\n")
      #expect(eventually { container.text("log.1").contains("before") })
      let client = try container.attach()
      client.endInput()
      _ = try container.exitCode()
      try container.remove()
      #expect(MonitoredRecord.all(container.text("log")).map(\.content) == ["after"])
    }
  }

  @Test("a full disk loses lines, tells how many bytes, tears none and stops nobody", arguments: Monitor.runtimes)
  func fullDisk(runtime: String) throws {
    try onScene { scene in
      let disk = try scene.makeFolder("disk")
      try Command("mount", ["-t", "tmpfs", "-o", "size=256k", "disk", disk]).run().checked()
      defer { _ = try? Command("umount", [disk]).run() }
      let container = try MonitoredContainer(
        scene, runtime, "seq 100000 120000; read x; echo room again; read x; echo last", words: ["-i"])
      container.logOption = "k8s-file:" + disk + "/log"
      try Data([UInt8](repeating: 1, count: 100_000)).write(to: URL(filePath: disk + "/filler"))
      #expect(try container.create().value > 0)
      let client = try container.attach()
      try container.start()
      #expect(client.shows("120000\n"))
      try FileManager.default.removeItem(atPath: disk + "/filler")
      try client.type("\n")
      #expect(client.shows("room again"))
      client.endInput()
      #expect(try container.exitCode() == "0")
      try container.remove()
      let records = MonitoredRecord.all(Host.read(disk + "/log") ?? "")
      #expect(records.allSatisfy { $0.tag == "F" })
      let report = try #require(records.firstIndex { $0.content.hasPrefix("apus-monitor: ") })
      let numbers = records[..<report].compactMap { Int($0.content) }
      #expect(numbers == Array(100_000..<100_000 + numbers.count) && report == numbers.count)
      let lost = 20_001 - numbers.count
      #expect(
        records[report].content
          == "apus-monitor: \(lost * 6) bytes in \(lost) records of output were lost: no space left on device")
      #expect(records[(report + 1)...].map(\.content) == ["room again", "last"])
    }
  }

  @Test("a gibibyte without a newline costs bounded memory and loses nothing", arguments: Monitor.runtimes)
  func endlessLine(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "dd if=/dev/zero bs=1M count=1024 2>/dev/null; sleep 0.3")
      container.words = ["--no-sync-log", "--log-size-max", "50000000", "--log-rotate", "--log-max-files", "1000"]
      try container.run()
      var most = 0
      while !container.hasExited {
        most = max(
          most, Int((RunningProcess.status("\(container.monitorPid)")["VmRSS"] ?? "0 kB").prefix { $0 != " " }) ?? 0)
        usleep(20_000)
      }
      #expect(try container.exitCode() == "0")
      try container.remove()
      #expect(most < 2000, "\(most) KiB")
      var content = 0
      var full = 0
      for name in Host.names(in: container.folder) where name.hasPrefix("log") {
        let size = try Data(contentsOf: URL(filePath: container.folder + "/" + name)).count
        // Every record but the last has 16 KiB of content.
        full += size / (16384 + 46)
        content += size - size / (16384 + 46) * 46 - (size % (16384 + 46) == 0 ? 0 : 46)
      }
      #expect(content == 1 << 30 && full == 65536)
    }
  }

  @Test("what is beyond the rate limit is dropped, counted and told", arguments: Monitor.runtimes)
  func rateLimitDrop(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "seq 1 100000; echo err >&2; sleep 1.2; echo end")
      container.words = ["--log-rate-limit", "10000", "--log-rate-policy", "stdout=drop,stderr=pass"]
      #expect(try container.runToEnd() == "0")
      let stdout = container.records.filter { $0.stream == "stdout" }.map(\.content)
      let stderr = container.records.filter { $0.stream == "stderr" }.map(\.content)
      #expect(stdout.last == "end" && stdout.count < 10_000 && stderr.contains("err"))
      let kept = stdout.dropLast().map(\.utf8.count).reduce(0, +)
      let all = (1...100_000).map { "\($0)".utf8.count }.reduce(0, +)
      let told = stderr.compactMap { line in
        line.hasPrefix("apus-monitor: ") ? Int(line.split(separator: " ")[1]) : nil
      }
      #expect(!told.isEmpty && told.reduce(0, +) == all - kept)
    }
  }

  @Test("the last words after a silence have a window of their own, even if they are read at the end")
  func rateLimitLastWords() throws {
    try onScene { scene in
      let script = "seq 1 100000 >&2; touch /tmp/quiet; sleep 1.5; echo fatal >&2; exit 3"
      let container = try MonitoredContainer(scene, Monitor.runtimes[0], script)
      container.words = ["--log-rate-limit", "1000", "--log-rate-policy", "drop"]
      try container.run()
      let pid = container.containerPid
      #expect(eventually { Host.exists("/proc/\(pid)/root/tmp/quiet") })
      usleep(300_000)
      Glibc.kill(container.monitorPid, SIGSTOP)
      #expect(eventually { RunningProcess.all()[pid]?.isZombie ?? true })
      Glibc.kill(container.monitorPid, SIGCONT)
      #expect(try container.exitCode() == "3")
      try container.remove()
      let words = container.lines.suffix(2)
      #expect(words.first?.contains("were dropped: rate limit") == true && words.last == "fatal", "\(words)")
    }
  }

  @Test("an output that is held back by the rate limit does not hold back the other")
  func rateLimitBothBusy() throws {
    try onScene { scene in
      let script = "yes out & head -c 50000000 /dev/zero >&2; kill $!; exit 4"
      let container = try MonitoredContainer(scene, Monitor.runtimes[0], script)
      container.words = ["--log-rate-limit", "1000", "--log-rate-policy", "stdout=block,stderr=pass", "--no-sync-log"]
      container.words += ["--log-size-max", "4000000"]
      let begin = Moment.monotonic()
      #expect(try container.runToEnd() == "4")
      // By turns of a megabyte between the windows of the other it would take five seconds.
      #expect(seconds(since: begin) < 3.5)
    }
  }

  @Test("a report about lost lines does not stand inside a long line of stderr")
  func reportInsideLine() throws {
    try onScene { scene in
      let disk = try scene.makeFolder("disk")
      try Command("mount", ["-t", "tmpfs", "-o", "size=128k", "disk", disk]).run().checked()
      defer { _ = try? Command("umount", [disk]).run() }
      let script = """
        head -c 20000 /dev/zero | tr '\\0' x >&2; sleep 0.2; seq 10000 20000; echo lost; read x; echo more; read x; \
        echo >&2; sleep 0.2; echo last
        """
      let container = try MonitoredContainer(scene, Monitor.runtimes[0], script, words: ["-i", "--leave-stdin-open"])
      container.logOption = "k8s-file:" + disk + "/log"
      try Data([UInt8](repeating: 1, count: 60_000)).write(to: URL(filePath: disk + "/filler"))
      #expect(try container.create().value > 0)
      let client = try container.attach()
      try container.start()
      #expect(client.shows("lost\n"))
      try FileManager.default.removeItem(atPath: disk + "/filler")
      try client.type("\n")
      #expect(client.shows("more\n"))
      try client.type("\n")
      #expect(try container.exitCode() == "0")
      try container.remove()
      let records = MonitoredRecord.all(Host.read(disk + "/log") ?? "")
      let errors = records.filter { $0.stream == "stderr" }
      #expect(errors.map(\.tag) == ["P", "F", "F"] && errors.dropLast().map(\.content.count) == [16_384, 3616])
      #expect(errors.last?.content.hasSuffix("were lost: no space left on device") == true)
      #expect(records.map(\.content).contains("more") && records.last?.content == "last")
    }
  }

  @Test("a container that is held back by the rate limit loses nothing", arguments: Monitor.runtimes)
  func rateLimitBlock(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(
        scene, runtime, "seq 100000 130000", words: ["--log-rate-limit", "200000"])
      let begin = Moment.monotonic()
      #expect(try container.runToEnd() == "0")
      #expect(container.lines == (100_000...130_000).map(String.init))
      // 210 kB, of which a pipe holds 64 KiB.
      #expect(seconds(since: begin) > 0.5)
    }
  }

  @Test("output beyond the limit of all files is read and thrown away", arguments: Monitor.runtimes)
  func globalLimit(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "seq 1 100000; exit 2")
      container.words = ["--log-global-size-max", "10000"]
      #expect(try container.runToEnd() == "2")
      #expect(container.text("log").utf8.count <= 10_060 && container.lines.first == "1")
    }
  }

  @Test("with passthrough the container has the caller's own streams", arguments: Monitor.runtimes)
  func passthrough(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo out; echo err >&2; exit 3")
      container.logOption = "passthrough"
      let child = try container.command().start()
      #expect(try child.wait().code == 0)
      #expect(eventually { container.containerPid > 0 })
      try container.start()
      #expect(try container.exitCode() == "3")
      #expect(child.output == "out\n" && child.errors == "err\n")
      #expect(!Host.exists(container.bundle.path + "/attach") && !Host.exists(container.bundle.path + "/ctl"))
      try container.remove()
    }
  }

  @Test("without a log clients are still served", arguments: Monitor.runtimes)
  func noLog(runtime: String) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "echo out; read x", words: ["-i"])
      container.logOption = "none"
      #expect(try container.create().value > 0)
      let client = try container.attach()
      try container.start()
      #expect(client.shows("out"))
      client.endInput()
      #expect(try container.exitCode() == "1")
      try container.remove()
      #expect(!Host.exists(container.logPath))
    }
  }

  @Test("the journal and a file get the same lines", .journalIsFree, arguments: Monitor.runtimes)
  func journal(runtime: String) throws {
    try onScene { scene in
      try FileManager.default.createDirectory(atPath: "/run/systemd/journal", withIntermediateDirectories: true)
      let socket = try Descriptor.socket(.datagram)
      try socket.bind("/run/systemd/journal/socket")
      defer { try? FileManager.default.removeItem(atPath: "/run/systemd/journal/socket") }
      let container = try MonitoredContainer(scene, runtime, "echo '<4>out'; echo err >&2; printf end")
      container.words = ["-l", "journald", "--log-tag", "tag"]
      #expect(try container.runToEnd() == "0")
      #expect(Set(container.lines) == ["<4>out", "err", "end"])
      var entries: [String] = []
      var buffer = [UInt8](repeating: 0, count: 70_000)
      while let count = try? socket.read(into: &buffer) {
        entries.append(String(decoding: buffer[0..<count], as: UTF8.self))
      }
      #expect(entries.count == 3)
      for (message, priority) in [("out", 4), ("err", 3), ("end", 6)] {
        let entry = entries.first { $0.contains("\nMESSAGE=\(message)\n") }
        #expect(entry?.contains("\nPRIORITY=\(priority)\n") == true)
        #expect(entry?.contains("CONTAINER_ID_FULL=\(container.id)\n") == true)
        #expect(entry?.contains("\nCONTAINER_TAG=tag\n") == true && entry?.contains("\nCONTAINER_NAME=name\n") == true)
      }
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// A test may play the journal where there is none.
  fileprivate static var journalIsFree: ConditionTrait {
    .enabled(if: !Host.exists("/run/systemd/journal/socket"), "the host has a journal of its own")
  }
}
