// What the runtimes are asked to do.

internal import Foundation
internal import Linux

extension Node {
  /// Runs a command of a runtime.
  /// - Throws: what the runtime says against it.
  @discardableResult
  func runtime(
    _ handler: String, _ arguments: [String], lane: String, timeout: Duration = .seconds(60)
  ) async throws -> ChildOutcome {
    let program = try settings.handler(handler)
    var words = ["--root", settings.runtimeRoot(program.name)]
    if settings.usesSystemdCgroups { words.append("--systemd-cgroup") }
    var run = ChildRun(program.path, words + arguments)
    run.timeout = timeout
    let outcome = try await run.outcome(on: pool, lane)
    if outcome.succeeded { return outcome }
    let command = "'\(program.name) \(arguments.first ?? "")'"
    guard outcome.status != nil else { throw PodError(.failed, "\(command) did not end in time") }
    throw PodError(.failed, "\(command): \(RuntimeMessage.text(outcome.errors))")
  }

  /// Deletes a container with all its processes; one that the runtime does not know is deleted already.
  func deleteFromRuntime(_ id: String, _ handler: String) async throws {
    do {
      try await runtime(handler, ["delete", "--force", id], lane: id)
    } catch let error as PodError where error.message.contains("does not exist") {
      return
    }
  }
}

/// The complaint of a runtime.
enum RuntimeMessage {
  /// The last error, in the forms that runtimes of this command line have: text with fields, JSON, or plain.
  static func text(_ bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes.suffix(16384), as: UTF8.self).split(separator: "\n").map(String.init)
    guard let line = lines.last(where: { $0.contains("level=error") || $0.contains("\"error\"") }) ?? lines.last
    else { return "no reason given" }
    for mark in ["msg=\"", "\"msg\":\""] {
      guard let start = line.range(of: mark) else { continue }
      return unquoted(line[start.upperBound...])
    }
    return line
  }

  private static func unquoted(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        result.append(character)
      }
    }
    return result
  }
}
