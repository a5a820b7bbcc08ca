// Programs that a daemon left behind.

import Foundation
import Testing

@testable import Pods

@Suite("Started programs")
struct StartedProgramTests {
  private func start(_ input: Pipe, _ arguments: String...) throws -> Foundation.Process {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "read line; :", "name"] + arguments
    process.standardInput = input
    try process.run()
    return process
  }

  @Test("those that name the id end, be it a part of an argument; others and other programs do not")
  func kill() throws {
    let id = UUID().uuidString
    // Nothing comes from them.
    let inputs = (Pipe(), Pipe(), Pipe())
    let own = try start(inputs.0, "--id", id)
    let part = try start(inputs.1, "--path=/x/\(id)/y")
    let other = try start(inputs.2, "another")
    defer { try? inputs.2.fileHandleForWriting.close() }
    try StartedPrograms(paths: ["/bin/none"]).kill(naming: id)
    #expect(own.isRunning && part.isRunning)
    try StartedPrograms(paths: ["/bin/sh"]).kill(naming: id)
    own.waitUntilExit()
    part.waitUntilExit()
    #expect(own.terminationReason == .uncaughtSignal && part.terminationReason == .uncaughtSignal)
    #expect(other.isRunning)
  }
}
