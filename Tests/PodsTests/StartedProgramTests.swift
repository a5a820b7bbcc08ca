// Programs that a daemon left behind.

import Foundation
import Testing

@testable import Pods

@Suite("Started programs")
struct StartedProgramTests {
  private func start(_ arguments: String...) throws -> Foundation.Process {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "sleep 30; :", "name"] + arguments
    try process.run()
    return process
  }

  @Test("those that name the id end, be it a part of an argument; others and other programs do not")
  func kill() throws {
    let id = UUID().uuidString
    let (own, part, other) = (try start("--id", id), try start("--path=/x/\(id)/y"), try start("another"))
    defer { other.terminate() }
    try StartedPrograms(paths: ["/bin/none"]).kill(naming: id)
    #expect(own.isRunning && part.isRunning)
    try StartedPrograms(paths: ["/bin/sh"]).kill(naming: id)
    own.waitUntilExit()
    part.waitUntilExit()
    #expect(own.terminationReason == .uncaughtSignal && part.terminationReason == .uncaughtSignal)
    #expect(other.isRunning)
  }
}
