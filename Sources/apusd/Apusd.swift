// The entry point of `apusd`: pods and containers by the Container Runtime Interface.

import ArgumentParser
import CRI
import Foundation
import ImageCommands
import Images
import Linux
import Manifest
import Pods

/// What has to be done while there is one thread, then the command line: of the daemon, or of `apus-image`, which is
/// this file under another name.
@main
enum Program {
  static func main() {
    // The process of a layer is this program too. It is told apart before anything else is done.
    if CommandLine.arguments.dropFirst().first == LayerWorker.command {
      Apusd.exit(withError: ExitCode(LayerWorker.run()))
    }
    if ImageProgram.isMeant(by: CommandLine.arguments) {
      Task.detached { await ImageProgram.run() }
    } else {
      // Every thread inherits what is blocked in this one.
      StopSignals.block()
      Task.detached { await Apusd.perform() }
    }
    // Not by dispatchMain, which leaves a thread behind that blocks no signal: it would take what is meant to be read.
    var none: [PollEntry] = []
    while true { _ = try? poll(&none) }
  }
}

struct Apusd: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "apusd",
    abstract: "Serve pods and containers by the Container Runtime Interface.",
    subcommands: [
      ServeCommand.self, ConfigCommand.self, StatusCommand.self, VersionCommand.self, RunPodCommand.self,
      ListPodsCommand.self, LogsCommand.self, ExecCommand.self, StopPodCommand.self, RemovePodCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)

  /// Runs the command line and ends the process.
  static func perform() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      exit()
    } catch {
      guard let sentence = sentence(of: error) else { exit(withError: error) }
      FileHandle.standardError.write(Data("apusd: \(sentence)\n".utf8))
      exit(withError: ExitCode.failure)
    }
  }

  /// Nil for what the parser of the command line says itself.
  private static func sentence(of error: any Error) -> String? {
    switch error {
    case let error as SettingError: error.message
    case let error as PodError: error.message
    case let error as ClientError: error.message
    case let error as ManifestError: error.message
    case let error as ImageError: error.message
    default: nil
    }
  }
}

/// Prints the settings.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print the settings in force as a file, with a comment on each.")

  @OptionGroup var options: SettingsOptions

  @Flag(help: "Print the defaults instead.")
  var `default` = false

  func run() throws {
    var settings = DaemonSettings()
    settings.node.handlers["apus"] = RuntimeHandler(name: "apus", path: "/usr/local/bin/apus")
    print(SettingsFile.text(try `default` ? settings : options.settings()), terminator: "")
  }
}

/// Prints the version.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  func run() { print("apusd version \(Apusd.version)") }
}
