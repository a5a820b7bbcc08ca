// A program to be started with exactly the descriptors, environment and terminal that a test asks for.

import Glibc
import Linux

/// A program to be started, and its surroundings.
struct Command {
  /// What a descriptor of the new process is.
  enum Source {
    /// The null device, open for reading and writing.
    case null
    /// Not open at all.
    case closed
    case text(String)
    /// A file, folder or terminal, opened in the new process.
    case path(String, flags: Int32)
    /// A copy of a descriptor of ours.
    case copy(Int32)
    /// A file in memory that `Child.output` or `Child.errors` reads.
    case captured
  }

  var program: String
  var arguments: [String]
  var environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"]
  /// The working directory; nil for that of the tests.
  var directory: String?
  var input = Source.null
  var output = Source.captured
  var errors = Source.captured
  /// Descriptors from 3 on.
  var others: [Int32: Source] = [:]
  /// Whether it leads a session of its own; a terminal among its descriptors then becomes its controlling one.
  var isSessionLeader = false
  /// Seconds after which it is killed and the test fails.
  var timeLimit = 30.0

  init(_ program: String, _ arguments: [String] = []) {
    self.program = program
    self.arguments = arguments
  }

  init(shell script: String) { self.init("/bin/sh", ["-c", script]) }

  /// Starts it and waits for its end.
  func run() throws -> Outcome { try start().wait(timeLimit) }

  /// Starts it.
  func start() throws -> Child {
    let captures = Captures(output: try Capture(), errors: try Capture())
    var actions = SpawnActions()
    try actions.add(input, as: 0, capture: captures.output)
    try actions.add(output, as: 1, capture: captures.output)
    try actions.add(errors, as: 2, capture: captures.errors)
    for (number, source) in others.sorted(by: { $0.key < $1.key }) {
      try actions.add(source, as: number, capture: captures.output)
    }
    let pid = try actions.spawn(self)
    return Child(pid: pid, captures: captures, words: ([program] + arguments).joined(separator: " "))
  }
}

/// How a program ended and what it wrote.
struct Outcome: CustomStringConvertible {
  /// The exit code, or 128 + the signal.
  var code: Int32
  var output: String
  var errors: String
  var seconds: Double
  var words: String

  var succeeded: Bool { code == 0 }
  /// Output without the white space around it.
  var trimmed: String { output.trimmed }
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  var description: String {
    "`\(words.prefix(1000))` ended with \(code)\nstdout: \(output.prefix(1000))\nstderr: \(errors.suffix(1000))"
  }
}

/// A program took too long and was killed.
struct TimeLimitExceeded: Error, CustomStringConvertible {
  let outcome: Outcome
  var description: String { "killed after \(outcome.seconds) s: \(outcome)" }
}

/// A step that a test builds upon failed.
struct StepFailed: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension Outcome {
  /// This outcome, or an error when the code is not 0.
  @discardableResult
  func checked() throws -> Outcome {
    guard succeeded else { throw StepFailed(description) }
    return self
  }
}

extension String {
  var trimmed: String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
