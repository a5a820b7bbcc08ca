// The entry point of `apus-image`: images on the disk of this host.

import ArgumentParser
import Foundation
import Images

@main
struct ApusImage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apus-image",
    abstract: "Pull, store, mount, save and remove container images.",
    subcommands: [
      PullCommand.self, ImagesCommand.self, InspectCommand.self, TagCommand.self, RemoveCommand.self,
      UnpackCommand.self, MountCommand.self, UnmountCommand.self, LoadCommand.self, SaveCommand.self, PinCommand.self,
      UsageCommand.self, CollectCommand.self, VerifyCommand.self, EmptyTrashCommand.self,
      LoginCommand.self, LogoutCommand.self,
    ])

  /// The process of a layer is this program too. It is told apart before anything else is done: it must have one
  /// thread.
  static func main() async {
    if CommandLine.arguments.dropFirst().first == LayerWorker.command {
      exit(withError: ExitCode(LayerWorker.run()))
    }
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as ImageError {
      FileHandle.standardError.write(Data("apus-image: \(error.message)\n".utf8))
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }
}
