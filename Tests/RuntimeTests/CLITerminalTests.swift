// Tests of commands in the foreground: terminals, signals, pid files, sockets.

import Foundation
import Linux
import Testing

@testable import ContainerRuntime

@Suite("The foreground", .serialized)
struct CLITerminalTests {
  /// A terminal: its two ends.
  private struct Pty: ~Copyable {
    let master: Descriptor
    let peer: Descriptor

    init() throws {
      let opened = try Descriptor.workingDirectory.open("/dev/ptmx", [.readWrite, .noControllingTerminal])
      try opened.unlockPeer()
      try opened.setNonBlocking(true)
      peer = try opened.openPeer()
      master = opened
    }
  }

  /// What can be read within a second, up to the given number of bytes.
  private func read(_ source: borrowing Descriptor, _ count: Int) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    for _ in 0..<100 where bytes.count < count {
      if let size = try? source.read(into: &buffer) { bytes += buffer[0..<size] } else { usleep(10_000) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func serve(_ relay: inout TerminalRelay) throws {
    for _ in 0..<5 {
      var entries = relay.entries
      try poll(&entries, timeoutMilliseconds: 20)
      relay.serve(entries[...])
    }
  }

  /// Starts a shell on the given terminal, with no signal blocked.
  private func startShell(_ script: String, on peer: borrowing Descriptor) throws -> pid_t {
    var (actions, attributes, pid) = unsafe (posix_spawn_file_actions_t(), posix_spawnattr_t(), pid_t())
    unsafe posix_spawn_file_actions_init(&actions)
    for stream in Int32(0)...2 { unsafe posix_spawn_file_actions_adddup2(&actions, peer.number, stream) }
    unsafe posix_spawnattr_init(&attributes)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("sh"), strdup("-c"), strdup(script), nil]
    defer { for index in 0..<3 { unsafe free(arguments[index]) } }
    let result = unsafe posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, environ)
    try #require(result == 0)
    return pid
  }

  @Test("keys, output and size pass between the terminals, and the caller's gets its mode back")
  func relay() throws {
    let caller = try Pty()
    let container = try Pty()
    try caller.master.setWindowSize(WindowSize(rows: 33, columns: 77))
    do {
      var relay = TerminalRelay(
        console: try container.master.duplicate(), terminal: ForegroundTerminal(terminal: try caller.peer.duplicate()),
        input: try caller.peer.duplicate(), output: try caller.peer.duplicate())
      try relay.begin()
      #expect(try container.peer.windowSize() == WindowSize(rows: 33, columns: 77))
      // A key arrives without a line end, and is not echoed by the caller's terminal but by the container's.
      try caller.master.writeAll("k")
      try serve(&relay)
      #expect(read(caller.master, 1) == "k")
      try container.peer.writeAll("out\n")
      try serve(&relay)
      #expect(read(caller.master, 5) == "out\r\n")
      try caller.master.setWindowSize(WindowSize(rows: 10, columns: 20))
      relay.passSize()
      #expect(try container.master.windowSize() == WindowSize(rows: 10, columns: 20))
    }
    // Cooked again: echoed at once, readable by line only.
    try caller.master.writeAll("x\n")
    #expect(read(caller.master, 3) == "x\r\n")
  }

  @Test("a container that hung up, and input that ended, are waited for no more")
  func hangUp() throws {
    let caller = try Pty()
    let pipe = try DescriptorPair.pipe()
    let console = try Descriptor.workingDirectory.open("/dev/ptmx", [.readWrite, .noControllingTerminal])
    try console.unlockPeer()
    do { _ = try console.openPeer() }
    var relay = TerminalRelay(
      console: console, terminal: ForegroundTerminal(terminal: try caller.peer.duplicate()),
      input: try Descriptor.workingDirectory.open("/dev/null", .readOnly), output: try pipe.second.duplicate())
    try relay.begin()
    try serve(&relay)
    for entry in relay.entries { #expect(entry.number == -1) }
    #expect(relay.hasMore() == false)
  }

  @Test("all output is written before the exit code is handed back")
  func exitCode() throws {
    let caller = try Pty()
    let container = try Pty()
    let output = try Descriptor.memoryFile("output", isExecutable: false)
    let relay = TerminalRelay(
      console: try container.master.duplicate(), terminal: ForegroundTerminal(terminal: try caller.peer.duplicate()),
      input: try caller.peer.duplicate(), output: try output.duplicate())
    defer { _ = try? setSignalMask(.none) }
    var foreground = Foreground(signals: try ForegroundSignals(), relay: relay)
    try foreground.begin()
    let pid = try startShell(
      "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; exit 42", on: container.peer)
    let pidfd = try openPidfd(pid)
    #expect(try foreground.supervise(pidfd, pid: pid, Log()) == .exited(42))
    try output.seek(to: 0)
    let text = String(decoding: try output.readToEnd(limit: 1 << 20), as: UTF8.self)
    #expect(text == (0..<3000).map { "line \($0)\n" }.joined())
  }

  @Test("signals go to the process, and its death by one is told")
  func signals() throws {
    let container = try Pty()
    defer { _ = try? setSignalMask(.none) }
    var foreground = Foreground(signals: try ForegroundSignals(), relay: nil)
    // Pending for this thread alone until it is read from the queue.
    pthread_kill(pthread_self(), SIGPIPE)
    pthread_kill(pthread_self(), SIGUSR1)
    let pid = try startShell("exec sleep 100", on: container.peer)
    let pidfd = try openPidfd(pid)
    #expect(try foreground.supervise(pidfd, pid: pid, Log()) == .signaled(SIGUSR1))
  }

  @Test("only what means something to the process is forwarded")
  func meanings() {
    #expect(ForegroundSignals.meaning(of: SIGTERM) == .forward(SIGTERM))
    #expect(ForegroundSignals.meaning(of: SIGCONT) == .forward(SIGCONT))
    #expect(ForegroundSignals.meaning(of: SIGWINCH) == .resize)
    #expect(ForegroundSignals.meaning(of: SIGCHLD) == .childEnded)
    #expect(ForegroundSignals.meaning(of: SIGPIPE) == .none)
    #expect(ForegroundSignals.meaning(of: SIGURG) == .none)
  }

  @Test("a pid file appears whole, replaces an older one and leaves nothing beside it")
  func pidFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/pid"
    try PidFile.write(12345, to: path)
    try PidFile.write(7, to: path)
    #expect(try Descriptor.workingDirectory.readFile(path) == Array("7".utf8))
    let directory = try Descriptor.workingDirectory.open(folder.path, [.readOnly, .directory])
    #expect(try directory.entries().map(\.name) == ["pid"])
    #expect(throws: RuntimeError.self) { try PidFile.write(1, to: folder.path + "/missing/pid") }
  }

  @Test("what a killed command left under the temporary name of a pid file is in nobody's way, and no link is followed")
  func abandonedPidFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/pid"
    try Descriptor.workingDirectory.makeSymbolicLink(folder.path + "/.pid", to: folder.path + "/canary")
    try PidFile.write(1, to: path)
    _ = try Descriptor.workingDirectory.open(folder.path + "/.pid", [.writeOnly, .create], mode: 0o600)
    try PidFile.write(2, to: path)
    #expect(try Descriptor.workingDirectory.readFile(path) == Array("2".utf8))
    let directory = try Descriptor.workingDirectory.open(folder.path, [.readOnly, .directory])
    #expect(try directory.entries().map(\.name) == ["pid"])
  }

  @Test("a descriptor is sent once, under its name")
  func consoleSocket() throws {
    let ends = try DescriptorPair.sockets(.stream)
    let file = try Descriptor.memoryFile("file", isExecutable: false)
    try file.writeAll("content")
    try ConsoleSocket(try ends.first.duplicate()).send(file, name: "/dev/pts/0")
    var message = try ends.second.receive(limit: 4096)
    let name = message.bytes
    #expect(name == Array("/dev/pts/0".utf8))
    if let received = message.takeDescriptor() {
      try received.seek(to: 0)
      let content = try received.readToEnd(limit: 100)
      #expect(content == Array("content".utf8))
    } else {
      Issue.record("no descriptor came along")
    }
    #expect(throws: RuntimeError.self) { _ = try ConsoleSocket(connectingTo: "/nonexistent/socket") }
  }
}

/// A folder that is removed with everything in it.
private struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    path = "/tmp/apus-test-\(UUID().uuidString)"
    try Descriptor.workingDirectory.makeDirectory(path, mode: 0o700)
  }

  deinit { try? Descriptor.workingDirectory.removeTree(path) }
}
