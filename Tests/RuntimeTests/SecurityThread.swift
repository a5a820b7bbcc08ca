// A thread that a test may spoil: credentials and filters belong to a thread, and end with it.

import Foundation

/// What a thread leaves behind; the semaphore orders the two accesses.
final class ResultBox<T>: @unchecked Sendable {
  var result: Result<T, any Error>?
}

/// Runs `body` in a thread of its own and hands its result back.
func inOwnThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
  let (box, done) = (ResultBox<T>(), DispatchSemaphore(value: 0))
  let thread = Thread {
    box.result = Result { try body() }
    done.signal()
  }
  thread.start()
  done.wait()
  guard let result = box.result else { throw CocoaError(.featureUnsupported) }
  return try result.get()
}

/// The lines of /proc/thread-self/status as a dictionary.
func threadStatus() throws -> [String: String] {
  let text = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
  var fields: [String: String] = [:]
  for line in text.split(separator: "\n") {
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
  }
  return fields
}
