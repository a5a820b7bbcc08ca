// Runs a program of the host and keeps what it prints.

internal import Linux

/// A program of the host, found by the PATH.
struct HostProgram {
  private static let outputLimit = 16 << 20

  let name: String
  let arguments: [String]
  /// As `NAME=value`.
  let environment: [String]
  /// The directories to look in, as in the variable PATH.
  let path: String

  /// Runs the program to its end.
  /// - Returns: how it ended, and what it wrote to its standard output and error.
  func run() throws(RuntimeError) -> (status: ExitStatus, output: [UInt8]) {
    try doing("run " + name) { () throws(SystemCallError) in
      // A file in memory instead of a pipe: nobody has to read while the program runs.
      let output = try Descriptor.memoryFile("output", isExecutable: false)
      let process = try start(output)
      let status = try process.waitForExit() ?? .exited(0)
      try output.seek(to: 0)
      return (status, try output.readToEnd(limit: HostProgram.outputLimit))
    }
  }

  private func start(_ output: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    let child = try clone()
    if child.isChild { execute(output) }
    return child.pidfd
  }

  private var candidates: [String] {
    var list: [String] = []
    for directory in pieces([UInt8](path.utf8)[...], { $0 == UInt8(ascii: ":") }) {
      list.append(text(directory) + "/" + name)
    }
    return list
  }

  /// We are the program's process.
  private func execute(_ output: borrowing Descriptor) -> Never {
    let argumentVector = StringVector([name] + arguments)
    let environmentVector = StringVector(environment)
    do throws(SystemCallError) {
      try placeDescriptor(output, at: 1)
      try placeDescriptor(output, at: 2)
      for candidate in candidates {
        let failure = StringVector.execute(candidate, arguments: argumentVector, environment: environmentVector)
        if failure.errno != .noEntry { throw failure }
      }
    } catch {
      StandardStream.error.tryWrite([UInt8](error.message.utf8))
      exitNow(126)
    }
    StandardStream.error.tryWrite([UInt8]("executable file not found in $PATH".utf8))
    exitNow(127)
  }
}
