// The system calls of a command, as strace(1) tells them.

import Foundation
import Testing

/// The system calls of a command and of everything that descends from it, process by process.
struct Trace {
  /// One call: `name(arguments) = result`.
  struct Call: CustomStringConvertible {
    let description: String
    var name: String { String(description.prefix { $0 != "(" }) }

    /// Whether the words of the call hold all of these.
    func has(_ words: String...) -> Bool { words.allSatisfy { description.contains($0) } }
  }

  let outcome: Outcome
  /// The calls of each process, in its order; ordered by pid.
  let processes: [[Call]]

  /// Runs a command under strace. Descriptors are shown with their paths.
  init(_ command: Command, in folder: String, calls: String? = nil) throws {
    let prefix = folder + "/trace"
    var words = ["-ff", "-y", "-s", "300", "-e", "signal=none", "-o", prefix]
    if let calls { words += ["-e", "trace=" + calls] }
    var traced = command
    traced.program = "strace"
    traced.arguments = words + [command.program] + command.arguments
    traced.timeLimit = 60
    outcome = try traced.run()
    processes = Host.names(in: folder).filter { $0.hasPrefix("trace.") }
      .sorted { (Int($0.dropFirst(6)) ?? 0) < (Int($1.dropFirst(6)) ?? 0) }
      .map { Host.lines(of: folder + "/" + $0).filter { !$0.hasPrefix("+++") }.map(Call.init) }
    for name in Host.names(in: folder) where name.hasPrefix("trace.") {
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }

  /// All calls, process after process.
  var calls: [Call] { processes.flatMap { $0 } }
}
