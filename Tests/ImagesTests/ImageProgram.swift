// The program `apus-image` as the tests' own build made it.

import Foundation
import Linux
import Testing

@testable import Images

/// The program as the tests' own build made it.
enum BuiltProgram {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: ".build/debug/").path(percentEncoded: false)

  static let path = folder + "apus-image"
  /// What a release has in its place.
  static let daemon = folder + "apusd"

  static let canRun = effectiveUserID() == 0 && FileManager.default.isExecutableFile(atPath: path)
}

/// The program on a store of a test's own.
struct ImageProgram {
  let scratch: Scratch
  /// The store's folder below the scratch directory.
  var store = "store"
  var program = BuiltProgram.path

  /// What a run left.
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  func outcome(_ command: String, _ arguments: [String], input: String? = nil) throws -> Outcome {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = [command, "--root", "\(scratch.path)/\(store)"] + arguments
    process.standardInput = try input.map { try FileHandle(forReadingFrom: URL(filePath: $0)) } ?? .nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    let problem = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: problem, as: UTF8.self))
  }

  /// Runs the program. Returns its output, or its standard error when it is expected to fail.
  @discardableResult
  func run(
    _ command: String, _ arguments: String..., fails: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try outcome(command, arguments)
    #expect((outcome.code != 0) == fails, "\(outcome.errors)", sourceLocation: sourceLocation)
    return fails ? outcome.errors : outcome.output
  }

  /// The process that empties the trash is waited for by nobody else.
  func waitForTrash() throws {
    let trash = try scratch.directory(store + "/trash")
    for _ in 0..<1000 where try !trash.byteEntries().isEmpty { usleep(10_000) }
    #expect(try trash.byteEntries().isEmpty)
  }
}
