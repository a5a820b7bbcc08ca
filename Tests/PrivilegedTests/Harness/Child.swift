// A running child of the test process.

import Glibc
import Linux
import Synchronization

/// A file in memory that a child writes to. A container may keep it open after the child has ended.
final class Capture: Sendable {
  private let file: Descriptor

  init() throws { file = try Descriptor.memoryFile("capture", isExecutable: false) }

  var number: Int32 { file.number }

  /// What has been written so far.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe pread(number, &buffer, buffer.count, off_t(bytes.count))
      if count <= 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

struct Captures: Sendable {
  let output: Capture
  let errors: Capture
}

/// A running child; killed and reaped when nobody holds it any more.
final class Child {
  let pid: Int32
  let words: String
  private let captures: Captures
  private let begin = Moment.monotonic()
  private var code: Int32?

  /// Children whose end a `Child` awaits: the ledger leaves them alone.
  static let awaited = Mutex<Set<Int32>>([])

  init(pid: Int32, captures: Captures, words: String) {
    self.pid = pid
    self.captures = captures
    self.words = words
    _ = Child.awaited.withLock { $0.insert(pid) }
  }

  deinit {
    guard code == nil else { return }
    kill(pid, SIGKILL)
    _ = try? wait(5)
  }

  /// What it, or a container that it made, has written by now.
  var output: String { captures.output.text }
  var errors: String { captures.errors.text }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// The exit code, or 128 + the signal; nil while it runs.
  var exitCode: Int32? {
    if code != nil { return code }
    var status: Int32 = 0
    // `status` is a local that the call fills.
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
    code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    _ = Child.awaited.withLock { $0.remove(pid) }
    return code
  }

  var isRunning: Bool { exitCode == nil }

  /// Waits for its end; kills it after `limit` seconds.
  @discardableResult
  func wait(_ limit: Double = 30) throws -> Outcome {
    if let code = awaitExitCode(limit) { return outcome(code) }
    kill(pid, SIGKILL)
    guard let code = awaitExitCode(5) else { throw StepFailed("\(words): cannot be killed") }
    throw TimeLimitExceeded(outcome: outcome(code))
  }

  /// Waits for the end, and reaps what becomes ours meanwhile: a dead process of a PID namespace holds up its init.
  private func awaitExitCode(_ limit: Double) -> Int32? {
    let begin = Moment.monotonic()
    guard exitCode == nil, let pidfd = try? openPidfd(pid) else { return exitCode }
    while exitCode == nil, seconds(since: begin) < limit {
      var entries = [PollEntry(pidfd.number, .readable)]
      if (try? poll(&entries, timeoutMilliseconds: 50)) != 1 { Orphans.reap() }
    }
    return code
  }

  private func outcome(_ code: Int32) -> Outcome {
    Outcome(code: code, output: output, errors: errors, seconds: seconds(since: begin), words: words)
  }
}

/// Seconds that have passed since a moment of the monotonic clock.
func seconds(since begin: Moment) -> Double {
  Double(Moment.monotonic().milliseconds(since: begin)) / 1000
}

/// Waits until a condition holds, asking again after a moment; false when it does not hold in time.
func eventually(within limit: Double = 5, _ condition: () throws -> Bool) rethrows -> Bool {
  let begin = Moment.monotonic()
  var pause: Int64 = 1
  while try !condition() {
    if seconds(since: begin) > limit { return false }
    sleep(milliseconds: pause)
    if pause > 4 { Orphans.reap() }
    pause = min(pause * 2, 20)
  }
  return true
}
