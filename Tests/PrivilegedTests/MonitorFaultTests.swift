// What the world around a monitor does to it: pipes that close, disks that fill, runtimes that fail.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, faults", .serialized, .monitor, .needs(.root))
struct MonitorFaultTests {
  @Test("a caller that goes away at once does not keep a container from its life", arguments: [[], ["--api-version"]])
  func closedPipes(words: [String]) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "sleep 0.2; " + MonitorPlay.container("echo word; exit 6"), words)
      play.hasStartPipe = true
      let child = try play.begin()
      play.sync.close()
      play.start.close()
      #expect(try child.wait().code == 0)
      #expect(try play.exitCode() == "6")
      play.end()
      #expect(play.lines == ["word"])
    }
  }

  @Test(
    "an exec whose runtime fails is answered once, in the words of its caller's version",
    arguments: [[], ["--api-version", "1"]],
    [
      ("echo no luck >&2; exit 1", "no luck\n"), ("exit 0", "reading the pid file"),
      ("kill -9 $$", "reading the pid file"),
    ])
  func failedExec(words: [String], failure: (script: String, message: String)) throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, failure.script, ["-e", "--exec-process-spec", "/dev/null"] + words)
      #expect(try play.begin().wait().code == 0)
      let answer = try play.sync.next()
      #expect(answer?.key == (words.isEmpty ? "exit_code" : "data") && answer?.value == -1)
      #expect(answer?.message?.contains(failure.message) == true, "\(String(describing: answer))")
      #expect(try play.sync.next() == nil)
      play.end()
    }
  }

  @Test("a monitor whose pid file cannot be written is a failure, and there is none")
  func noPidFile() throws {
    try onScene { scene in
      let play = try MonitorPlay(scene, "sleep 2; " + MonitorPlay.container("true"), ["-P", "/does/not/exist/pid"])
      #expect(try play.begin().wait().code == 1)
      let answer = try play.sync.next()
      #expect(answer?.value == -1 && answer?.message?.contains("no such file") == true)
      #expect(try play.sync.next(within: 1) == nil)
    }
  }

  @Test("a disk that stays full is told of once, and stops nobody", .syslogIsFree)
  func fullDisk() throws {
    try withSyslog { messages in
      try onScene { scene in
        let script = "for i in 1 2 3 4 5; do echo $i; sleep 0.05; done; exit 3"
        let play = try MonitorPlay(scene, MonitorPlay.container(script), ["--syslog", "-l", "k8s-file:/dev/full"])
        #expect(try play.begin().wait().code == 0)
        #expect(try play.exitCode() == "3")
        play.end()
      }
      let told = messages().filter { $0.contains("writing the log failed") }
      #expect(told.count == 1 && told.first?.hasSuffix("no space left on device") == true, "\(told)")
    }
  }

  @Test("exit files that cannot be written are told of, the others are there", .syslogIsFree)
  func unwritableExit() throws {
    try withSyslog { messages in
      try onScene { scene in
        let disk = try scene.makeFolder("disk")
        try Command("mount", ["-t", "tmpfs", "-o", "ro,size=64k", "disk", disk]).run().checked()
        defer { _ = try? Command("umount", [disk]).run() }
        let play = try MonitorPlay(scene, MonitorPlay.container("exit 5"), ["--syslog", "--exit-dir", disk])
        play.words += ["--persist-dir", play.folder]
        #expect(try play.begin().wait().code == 0)
        #expect((try play.sync.next()?.value ?? 0) > 0)
        #expect(eventually { play.text("exit") == "5" })
        play.end()
      }
      let told = messages().filter { $0.contains("writing the exit file") }
      #expect(told.count == 1 && told.first?.hasSuffix("read-only file system") == true, "\(told)")
    }
  }

  @Test("of garbage on the control fifo the first line is told of, the rest is counted", .syslogIsFree)
  func garbage() throws {
    try withSyslog { messages in
      try onScene { scene in
        let play = try MonitorPlay(scene, MonitorPlay.container("sleep 0.5"), ["--syslog", "--log-level", "warn"])
        #expect(try play.begin().wait().code == 0)
        #expect((try play.sync.next()?.value ?? 0) > 0)
        let fifo = try Descriptor.workingDirectory.open(play.folder + "/ctl", .writeOnly)
        for number in 0..<500 { try fifo.writeAll(number % 2 == 0 ? "9 9 9\n" : "foo\n") }
        #expect(try play.exitCode() == "0")
        play.end()
      }
      let told = messages().filter { $0.contains("control") }.compactMap {
        $0.split(separator: ">: ").last.map(String.init)
      }
      #expect(told == ["Invalid control message type: 9", "500 lines on the control fifos could not be followed"])
    }
  }

  @Test("an attach client that is dropped is told of once", .syslogIsFree)
  func droppedClient() throws {
    try withSyslog { messages in
      try onScene { scene in
        let script = "sleep 0.3; head -c 20000000 /dev/zero"
        let play = try MonitorPlay(scene, MonitorPlay.container(script), ["--syslog", "--log-level", "warn"])
        play.words += ["-l", "none"]
        #expect(try play.begin().wait().code == 0)
        #expect((try play.sync.next()?.value ?? 0) > 0)
        let client = try AttachedClient(play.folder + "/attach")
        #expect(try play.exitCode() == "0")
        client.close()
        play.end()
      }
      let told = messages().filter { $0.contains("dropping an attach client: ") }
      #expect(told.count == 1, "\(told)")
    }
  }

  /// Plays the syslog daemon; the body is handed a function that takes what has come.
  private func withSyslog(_ body: (() -> [String]) throws -> Void) throws {
    let socket = try Descriptor.socket(.datagram)
    try socket.bind("/dev/log")
    defer { try? FileManager.default.removeItem(atPath: "/dev/log") }
    let number = socket.number
    try body {
      var found: [String] = []
      var buffer = [UInt8](repeating: 0, count: 8192)
      // The array holds its count of bytes during the call; the socket lives until the body ends.
      while case let count = unsafe recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count > 0 {
        found.append(String(decoding: buffer[0..<count], as: UTF8.self))
      }
      return found
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// A test may play the syslog daemon where there is none.
  fileprivate static var syslogIsFree: ConditionTrait {
    .enabled(if: !Host.exists("/dev/log"), "the host has a syslog of its own")
  }
}
