// Looking into the containers of pods: their logs, programs in them.

import ArgumentParser
import CRI
import Foundation

/// Runs a program in a container.
struct ExecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run a program in a container of a pod, and end as it does.")

  @OptionGroup var service: ServiceOptions
  @Option(name: [.customShort("c"), .long], help: "The container; the first that runs if none is named.")
  var container: String?
  @Option(name: .long, help: "Seconds after which it is killed; 0 for never.") var timeout: Int64 = 0
  @Argument(help: "The pod.") var pod: String
  @Argument(parsing: .postTerminator, help: "The program with its arguments, behind --.") var command: [String] = []

  func validate() throws {
    if command.isEmpty { throw ValidationError("no program is named: apusd exec POD -- PROGRAM [ARGUMENTS]") }
    if !(0...86400).contains(timeout) { throw ValidationError("--timeout: expected 0 to 86400") }
  }

  func run() async throws {
    let (pod, name, words, timeout) = (pod, container, command, timeout)
    let result = try await service.connected { client in
      let container = try await client.container(named: name, of: try await client.pod(named: pod))
      return try await client.execute(words, in: container, timeoutSeconds: timeout)
    }
    FileHandle.standardOutput.write(Data(result.output))
    FileHandle.standardError.write(Data(result.errors))
    if result.code != 0 { throw ExitCode(result.code) }
  }
}

/// Shows the log of a container.
struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what a container of a pod has written.")

  @OptionGroup var service: ServiceOptions
  @Option(name: [.customShort("c"), .long], help: "The container; the first that runs if none is named.")
  var container: String?
  @Flag(name: [.customShort("f"), .long], help: "Go on showing what is written until the container ends.")
  var follow = false
  @Flag(name: .long, help: "Begin each line with the time.") var timestamps = false
  @Option(name: .long, help: "Only so many of the last lines.") var tail: Int?
  @Argument(help: "The pod.") var pod: String

  func run() async throws {
    let (pod, name, follow, timestamps, tail) = (pod, container, follow, timestamps, tail)
    try await service.connected { client in
      let container = try await client.container(named: name, of: try await client.pod(named: pod))
      guard let path = try await client.logPath(of: container) else {
        throw ClientError("container '\(container.name)' has no log")
      }
      var reader = try LogReader(path: path, showsTimes: timestamps)
      try reader.show(last: tail)
      while follow {
        // What is written before the end is seen after it.
        let hasEnded =
          try await client.containers(of: container.podID).first { $0.id == container.id }?.state != "running"
        try reader.showMore()
        if hasEnded { return }
        try await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}
