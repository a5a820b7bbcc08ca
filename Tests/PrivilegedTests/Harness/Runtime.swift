// The runtime under test, called as its users call it.

import Foundation

/// The runtime under test with a state root of its own.
struct Runtime {
  /// The binary: APUS_RUNTIME, or `apus` in APUS_BIN, or in build/bin.
  static let program: String = {
    if let named = Host.variable("APUS_RUNTIME") {
      return named.contains("/") ? named : Host.program(named) ?? named
    }
    return (Host.variable("APUS_BIN") ?? Host.repository + "build/bin") + "/apus"
  }()

  static let isThere = FileManager.default.isExecutableFile(atPath: program)

  /// The first line of --version.
  static let version: String = {
    guard isThere, let outcome = try? Command(program, ["--version"]).run() else { return "(none)" }
    return outcome.lines.first ?? "(unknown)"
  }()

  static let isApus = version.hasPrefix("apus")

  /// The binary, which a test may have copied elsewhere.
  var program = Runtime.program
  /// --root.
  let root: String

  /// A command of the runtime, not yet started.
  func command(_ words: [String]) -> Command {
    Command(program, ["--root", root] + words)
  }

  /// Runs a command of the runtime to its end.
  @discardableResult
  func call(_ words: String...) throws -> Outcome { try command(words).run() }

  /// The state of a container; nil when the runtime knows no such id.
  func state(_ id: String) throws -> JSON? {
    let outcome = try call("state", id)
    return outcome.succeeded ? try JSON(text: outcome.output) : nil
  }

  func status(_ id: String) throws -> String? { try state(id)?.status.string }

  /// Ids by `list -q`.
  func ids() throws -> [String] { try call("list", "-q").checked().lines }
}
