// Processes that join a running container: answers, codes, the handshake with a client.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, exec", .serialized, .containers, .monitor)
struct MonitorExecTests {
  /// A process in a container, under a monitor of its own.
  private final class Session {
    let container: MonitoredContainer
    let folder: String
    let sync: ProtocolPipe
    let start: ProtocolPipe
    let attachPipe: ProtocolPipe
    private(set) var caller: Child?
    var words: [String]

    init(_ container: MonitoredContainer, _ script: String, _ words: [String]) throws {
      self.container = container
      self.words = words
      folder = try container.scene.makeFolder("session-\(container.id)-\(Int.random(in: 0..<1_000_000))")
      let process: JSON = [
        "args": ["sh", "-c", .string(script)], "cwd": "/", "user": ["uid": 0, "gid": 0],
        "env": ["PATH=/bin"], "terminal": .bool(words.contains("-t")),
      ]
      try Data(process.text.utf8).write(to: URL(filePath: folder + "/process.json"))
      (sync, start, attachPipe) = (try ProtocolPipe(3), try ProtocolPipe(4), try ProtocolPipe(5))
    }

    /// Starts the monitor without waiting for anything.
    func begin(hasStartPipe: Bool = false) throws {
      var command = Command(
        Monitor.program,
        [
          "-e", "-c", container.id, "-u", "session", "-r", container.runtime.program, "--runtime-arg", "--root",
          "--runtime-arg", container.runtime.root, "-p", folder + "/pidfile", "-P", folder + "/monitor.pid",
          "--exec-process-spec", folder + "/process.json", "-l", "k8s-file:" + folder + "/log", "--exit-dir", folder,
        ] + words)
      command.environment["_OCI_SYNCPIPE"] = "3"
      command.others[3] = sync.source
      if hasStartPipe {
        command.environment["_OCI_STARTPIPE"] = "4"
        command.others[4] = start.source
      }
      if words.contains("--exec-attach") {
        command.environment["_OCI_ATTACHPIPE"] = "5"
        command.others[5] = attachPipe.source
      }
      caller = try command.start()
      for pipe in [sync, start, attachPipe] { pipe.closeOther() }
    }

    var records: [MonitoredRecord] { MonitoredRecord.all(Host.read(folder + "/log") ?? "") }

    /// Waits for the end of the monitor.
    func end() {
      let pid = Int32(Host.read(folder + "/monitor.pid") ?? "") ?? -1
      #expect(eventually { !RunningProcess.isAlive(pid) })
      _ = try? caller?.wait(5)
    }
  }

  /// Runs a test with a container to join.
  private func inContainer(_ runtime: String, _ body: (MonitoredContainer) throws -> Void) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, runtime, "sleep 1000").run()
      try body(container)
      try container.kill()
      _ = try container.exitCode()
      try container.remove()
    }
  }

  @Test("the older exec answers with the code alone, at the end", arguments: Monitor.runtimes)
  func legacy(runtime: String) throws {
    try inContainer(runtime) { container in
      for code in [0, 1, 77, 255] {
        let session = try Session(container, "echo out; echo err >&2; exit \(code)", [])
        try session.begin()
        let answer = try session.sync.next()
        #expect(answer?.key == "exit_code" && answer?.value == code)
        #expect(try session.sync.next() == nil)
        #expect(Set(session.records.map(\.content)) == ["out", "err"])
        session.end()
      }
    }
  }

  @Test("exec answers with the pid, then with the code", arguments: Monitor.runtimes)
  func api(runtime: String) throws {
    try inContainer(runtime) { container in
      for code in [0, 3] {
        let session = try Session(container, "exit \(code)", ["--api-version", "1"])
        try session.begin()
        let first = try session.sync.next()
        #expect(first?.key == "data" && (first?.value ?? 0) > 0)
        #expect(try session.sync.next()?.value == code)
        #expect(Host.read(session.folder + "/" + container.id) == "\(code)")
        session.end()
      }
    }
  }

  @Test("with --sync the monitor stays the caller's child and ends with the code", arguments: Monitor.runtimes)
  func sync(runtime: String) throws {
    try inContainer(runtime) { container in
      let session = try Session(container, "exit 6", ["--sync"])
      try session.begin()
      #expect(try session.sync.next()?.value == 6)
      #expect(try session.caller?.wait().code == 6)
    }
  }

  @Test("an exec that cannot be started is answered with -1 and the runtime's words", arguments: Monitor.runtimes)
  func failure(runtime: String) throws {
    try inContainer(runtime) { container in
      for terminal in [[], ["-t"]] {
        let session = try Session(container, "", ["--api-version"] + terminal)
        let process: JSON = [
          "args": ["/does/not/exist"], "cwd": "/", "user": ["uid": 0, "gid": 0], "terminal": .bool(!terminal.isEmpty),
        ]
        try Data(process.text.utf8).write(to: URL(filePath: session.folder + "/process.json"))
        try session.begin()
        let answer = try session.sync.next()
        #expect(answer?.value == -1)
        #expect(answer?.message?.contains("/does/not/exist") == true, "\(String(describing: answer))")
        #expect(try session.sync.next() == nil)
        session.end()
      }
    }
  }

  @Test("a timeout is -1 with the words that callers compare", arguments: Monitor.runtimes)
  func timeout(runtime: String) throws {
    try inContainer(runtime) { container in
      let session = try Session(container, "sleep 300 & sleep 300", ["-T", "1"])
      let begin = Moment.monotonic()
      try session.begin()
      let answer = try session.sync.next()
      #expect(answer?.value == -1 && answer?.message == "command timed out")
      #expect(seconds(since: begin) < 5)
      session.end()
    }
  }

  @Test("nothing runs before the client is there: attach, resize, start, output", arguments: Monitor.runtimes)
  func attach(runtime: String) throws {
    try inContainer(runtime) { container in
      for terminal in [false, true] {
        let words = ["--api-version", "1", "--exec-attach", "--full-attach", "-u", "s"] + (terminal ? ["-t"] : ["-i"])
        let script = terminal ? "sleep 0.2; stty size; exit 4" : "echo first; cat; exit 4"
        let session = try Session(container, script, words)
        session.words += ["-b", session.folder]
        try session.begin(hasStartPipe: true)
        try session.start.write()
        let ready = try session.attachPipe.next()
        #expect(ready?.value == 0 && ready?.key == "data")
        let client = try AttachedClient(session.folder + "/attach")
        if terminal {
          try Descriptor.workingDirectory.open(session.folder + "/ctl", .writeOnly).writeAll("1 33 77\n")
        }
        #expect(!client.readOne(within: 0.2))
        try session.start.write()
        #expect((try session.sync.next()?.value ?? 0) > 0)
        #expect(client.shows(terminal ? "33 77" : "first"))
        if !terminal {
          try client.type("typed\n")
          #expect(client.shows("typed"))
          client.endInput()
        }
        #expect(try session.sync.next()?.value == 4)
        #expect(client.readToEnd())
        session.end()
      }
    }
  }

  @Test("a moment of output of a terminal is never lost", arguments: Monitor.runtimes)
  func shortTerminal(runtime: String) throws {
    try inContainer(runtime) { container in
      for number in 0..<30 {
        let session = try Session(container, "echo number \(number)", ["--api-version", "1", "-t"])
        try session.begin()
        #expect((try session.sync.next()?.value ?? 0) > 0)
        #expect(try session.sync.next()?.value == 0)
        session.end()
        #expect(session.records.map(\.content) == ["number \(number)\r"])
      }
    }
  }

  @Test("the end of a process that outlives its own children's pipes is told at once", arguments: Monitor.runtimes)
  func orphans(runtime: String) throws {
    try inContainer(runtime) { container in
      let session = try Session(container, "echo one; sleep 60 & exit 2", ["--api-version", "1"])
      let begin = Moment.monotonic()
      try session.begin()
      _ = try session.sync.next()
      #expect(try session.sync.next()?.value == 2)
      #expect(seconds(since: begin) < 5)
      #expect(session.records.map(\.content) == ["one"])
      session.end()
    }
  }
}
