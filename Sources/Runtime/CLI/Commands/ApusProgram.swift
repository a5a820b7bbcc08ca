// The program `apus` as a function: arguments in, exit code out.

internal import Linux
internal import OCI

/// The program `apus`.
public enum ApusProgram {
  /// Performs what the command line asks for, prints its result, logs its failure.
  /// - Parameters:
  ///   - arguments: the name of the program first.
  ///   - environment: as `NAME=value`.
  /// - Returns: the exit code.
  public static func run(_ arguments: [String], environment: [String]) -> Int32 {
    let line = CommandLine(arguments)
    do {
      try ProgramStart.check()
    } catch {
      Log().failure(error.message)
      return 1
    }
    return perform(line, environment)
  }

  private static func perform(_ line: CommandLine, _ environment: [String]) -> Int32 {
    switch line.request {
    case .help(let topic): return show(HelpText.text(topic))
    case .version: return show(versionText)
    default: break
    }
    do {
      let log = try Log(line.options)
      return perform(line, log, environment)
    } catch {
      Log().failure(error.message)
      return 1
    }
  }

  private static func perform(_ line: CommandLine, _ log: borrowing Log, _ environment: [String]) -> Int32 {
    if let complaint = line.complaint {
      log.failure(complaint)
      return 1
    }
    switch line.request {
    case .unknownCommand(let word):
      log.failure("No help topic for '" + word + "'")
      return 3
    case .misuse(let misuse):
      let announcement = "Incorrect Usage" + (misuse.isAnnounced ? ": " + misuse.sentence : ".") + "\n\n"
      _ = show(announcement + HelpText.text(misuse.topic))
      log.failure(misuse.sentence)
      return 1
    case .perform(let command):
      return perform(command, line, log, environment)
    case .help, .version: return 0
    }
  }

  private static func perform(
    _ command: Command, _ line: CommandLine, _ log: borrowing Log, _ environment: [String]
  ) -> Int32 {
    do throws(RuntimeError) {
      let context = CommandContext(options: line.options, environment: environment)
      return try command.perform(context, log)
    } catch {
      log.failure(command.failurePrefix + error.message)
      return command.failureCode
    }
  }

  private static var versionText: String {
    "apus version " + programVersion + "\nspec: " + specificationVersion + "\nlibseccomp: " + libraryVersion + "\n"
  }

  /// The version of the libseccomp that is linked in.
  static var libraryVersion: String {
    let version = SeccompNames.version
    return "\(version >> 16).\(version >> 8 & 0xff).\(version & 0xff)"
  }

  private static func show(_ text: String) -> Int32 {
    do {
      try StandardStream.output.write([UInt8](text.utf8))
      return 0
    } catch {
      Log().failure("write the output: " + error.message)
      return 1
    }
  }
}
