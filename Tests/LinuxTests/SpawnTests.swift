// Starting programs: exactly what is named is passed on, and failures come back.

import Foundation
import Glibc
import Linux
import Synchronization
import Testing

@Suite("Spawn", .serialized)
struct SpawnTests {
  private static let shell = "/bin/sh"

  /// Runs a shell script with its output in a file in memory and returns both.
  private func run(
    _ script: String, environment: [String] = ["PATH=/usr/bin:/bin"],
    change: (inout Spawn) -> Void = { _ in }
  ) throws -> (status: Linux.ExitStatus?, output: String) {
    let output = try Descriptor.memoryFile("output", isExecutable: false)
    var spawn = Spawn(Self.shell, arguments: ["-c", script], environment: environment)
    spawn.pass(output, as: 1)
    spawn.pass(output, as: 2)
    change(&spawn)
    let process = try spawn.start()
    let status = try process.pidfd.waitForExit()
    try output.seek(to: 0)
    return (status, String(decoding: try output.readToEnd(limit: 1 << 20), as: UTF8.self))
  }

  @Test("the exit code and the signal of the end come back")
  func ends() throws {
    #expect(try run("exit 7").status == .exited(7))
    #expect(try run("kill -TERM $$").status == .signaled(15))
  }

  @Test("a program dies with the thread that started it when it was asked for, and lives on otherwise")
  func deathSignal() throws {
    for signal in [nil, Signal.kill] {
      let started = Mutex<Started?>(nil)
      let ended = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        var spawn = Spawn("/bin/sleep", arguments: ["30"], environment: [])
        spawn.deathSignal = signal
        let process = try? Started(spawn.start())
        started.withLock { $0 = process }
        ended.signal()
      }
      ended.wait()
      let holder = try #require(started.withLock { $0 })
      var entries = [PollEntry(holder.process.pidfd.number, .readable)]
      #expect(try poll(&entries, timeoutMilliseconds: signal == nil ? 300 : 5000) == (signal == nil ? 0 : 1))
      try? holder.process.pidfd.sendSignal(Signal.kill)
      #expect(try holder.process.pidfd.waitForExit() == .signaled(9))
    }
  }

  /// Lets one thread hand a process over to another.
  private final class Started: Sendable {
    let process: SpawnedProcess
    init(_ process: consuming SpawnedProcess) { self.process = process }
  }

  @Test("the environment is the given one, without the service manager's own")
  func environment() throws {
    let given = [
      "A=1", "NOTIFY_SOCKET=/run/n", "LISTEN_FDS=3", "LISTEN_PID=1", "LISTEN_FDNAMES=x",
      "WATCHDOG_USEC=5",
      "WATCHDOG_PID=1", "NOTIFY_SOCKETS=kept", "B=2",
    ]
    let output = try run("exec /usr/bin/env", environment: given).output
    let entries = output.split(separator: "\n").map(String.init)
    let lines = Set(entries.filter { !$0.hasPrefix("PWD=") && $0 != "_=/usr/bin/env" })
    #expect(lines == ["A=1", "NOTIFY_SOCKETS=kept", "B=2"], "\(output)")
  }

  @Test("no descriptor is passed on that is not named; 0, 1 and 2 are the null device")
  func descriptors() throws {
    // One without close-on-exec, as a careless library would leave it.
    let leaked = unsafe open("/etc/passwd", O_RDONLY)
    defer { close(leaked) }
    let output = try run("ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> \\(.*\\)/\\1 \\2/p'") {
      $0.pass(number: leaked, as: 9)
    }.output
    let open = output.split(separator: "\n").map(String.init)
    #expect(open.contains("0 /dev/null") && open.contains("9 /etc/passwd"), "\(output)")
    // 3 is the folder that ls itself reads.
    #expect(
      Set(open.compactMap { $0.split(separator: " ").first }) == ["0", "1", "2", "3", "9"],
      "\(output)")
  }

  @Test("descriptors change places, though each target is another's source")
  func swappedDescriptors() throws {
    let files = try ["one", "two"].map { text in
      let file = try Descriptor.memoryFile(text, isExecutable: false)
      try file.writeAll(text)
      try file.seek(to: 0)
      return file.release()
    }
    defer { for file in files { close(file) } }
    let result = try run("cat /proc/self/fd/\(files[0]) /proc/self/fd/\(files[1])") {
      $0.pass(number: files[0], as: files[1])
      $0.pass(number: files[1], as: files[0])
    }
    #expect(result.output == "twoone")
  }

  @Test("signals that are ignored or blocked here are not in the program")
  func signals() throws {
    let old = signal(SIGPIPE, SIG_IGN)
    signal(SIGUSR1, SIG_IGN)
    var mask = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, SIGUSR2)
    unsafe pthread_sigmask(SIG_BLOCK, &mask, &before)
    defer {
      signal(SIGPIPE, old)
      signal(SIGUSR1, SIG_DFL)
      unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    let output = try run("exec grep -E '^Sig(Blk|Ign)' /proc/self/status").output
    #expect(output == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n")
    // And the caller's own are as they were.
    var now = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &now)
    for number in 1...31 where number != SIGUSR2 {
      #expect(
        unsafe sigismember(&now, Int32(number)) == sigismember(&before, Int32(number)), "\(number)")
    }
    #expect(unsafe sigismember(&now, SIGUSR2) == 1)
  }

  @Test(
    "what cannot be executed is an error of execve, and no child is left",
    arguments: [
      ("/nowhere/program", Errno.noEntry), ("/etc/passwd", .accessDenied), ("/", .accessDenied),
    ])
  func notExecutable(path: String, errno: Errno) throws {
    let before = try Self.openDescriptors()
    do {
      _ = try Spawn(path, arguments: [], environment: []).start()
      Issue.record("\(path) was started")
    } catch {
      #expect(error.message == "execve '\(path)': \(errno.message)")
    }
    #expect(try Self.openDescriptors() == before)
    // Those of other suites are reaped by them.
    var left = try Self.children()
    for _ in 0..<100 where !left.isEmpty {
      Linux.sleep(milliseconds: 50)
      left = try Self.children()
    }
    #expect(left.isEmpty)
  }

  @Test("a working directory that is not there is told apart from the program")
  func directory() throws {
    #expect(try run("pwd") { $0.directory = "/usr" }.output == "/usr\n")
    do {
      _ = try run("pwd") { $0.directory = "/nowhere" }
      Issue.record("the program was started")
    } catch let error as SystemCallError {
      #expect(error.message == "chdir '/nowhere': no such file or directory")
    }
  }

  @Test("a text with a NUL is refused: the program would get half of it")
  func innerNUL() throws {
    #expect(throws: SystemCallError.self) {
      _ = try Spawn(Self.shell, arguments: ["-c", "true\0false"], environment: []).start()
    }
  }

  @Test("a session of its own")
  func session() throws {
    let script = "cut -d ' ' -f 1,5,6 /proc/self/stat"
    let own = try run("exec " + script) { $0.leadsSession = true }.output.split(separator: " ")
    #expect(
      own.count == 3 && own[0] == own[1].trimmingPrefix(" ") && own[2].hasPrefix(own[0]), "\(own)")
  }

  @Test("starts from eight threads at once, each with its own output")
  func manyThreads() throws {
    let before = try Self.openDescriptors()
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for round in 0..<25 {
        do {
          let result = try run("echo \(thread) \(round)")
          if result.output != "\(thread) \(round)\n" {
            failures.withLock { $0.append(result.output) }
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(try Self.openDescriptors() == before)
  }

  /// How many null devices, processes and outputs this process holds open; other suites open none.
  private static func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
      let target =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)) ?? ""
      return ["/dev/null", "pidfd", "/memfd:output"].contains { target.contains($0) }
    }.count
  }

  /// Children of this process that have ended and that nobody waits for.
  private static func children() throws -> [String] {
    let own = String(getpid())
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
      .filter { name in
        let stat = (try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ") ").last?.split(separator: " ") ?? []
        return fields.count > 1 && fields[1] == own && fields[0] == "Z"
      }
  }
}
