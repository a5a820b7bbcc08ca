// The command line of `apus-image`: images on the disk of this host.

internal import ArgumentParser
internal import Foundation
internal import Images

struct ApusImage: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ImageProgram.name,
    abstract: "Pull, store, mount, save and remove container images.",
    subcommands: [
      PullCommand.self, ImagesCommand.self, InspectCommand.self, TagCommand.self, RemoveCommand.self,
      UnpackCommand.self, MountCommand.self, UnmountCommand.self, LoadCommand.self, SaveCommand.self, PinCommand.self,
      UsageCommand.self, CollectCommand.self, VerifyCommand.self, EmptyTrashCommand.self,
      LoginCommand.self, LogoutCommand.self,
    ])
}

/// The program `apus-image`. In a release it is the daemon's file under another name: both are made of the same.
public enum ImageProgram {
  public static let name = "apus-image"

  /// Whether a program with these arguments, its own name first, is this one: by its name, or started by itself.
  public static func isMeant(by arguments: [String]) -> Bool {
    let name = arguments.first?.split(separator: "/").last.map(String.init)
    return name == ImageProgram.name || arguments.dropFirst().first == BackgroundTrash.command
  }

  /// Runs the command line and ends the process.
  public static func run() async {
    do {
      var command = try ApusImage.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      ApusImage.exit()
    } catch let error as ImageError {
      FileHandle.standardError.write(Data("\(name): \(error.message)\n".utf8))
      ApusImage.exit(withError: ExitCode.failure)
    } catch {
      ApusImage.exit(withError: error)
    }
  }
}
