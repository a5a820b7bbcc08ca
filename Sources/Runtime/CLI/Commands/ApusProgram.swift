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
    do throws(RuntimeError) {
      try ProgramStart.check()
      switch line.request {
      case .version: try show(versionText(of: line.program))
      case .help, .extra: throw ExtraProgram.start(arguments, environment)
      // Before the log is opened: it must not get a number that the caller meant for a descriptor of its own.
      default: return perform(line, PassedDescriptors(line, environment), try Log(line.options), environment)
      }
      return 0
    } catch {
      Log().failure(error.message)
      return 1
    }
  }

  private static func perform(
    _ line: CommandLine, _ passed: PassedDescriptors, _ log: Log, _ environment: [String]
  ) -> Int32 {
    if let complaint = line.complaint { return fail(log, complaint) }
    switch line.request {
    case .unknownCommand(let word): return fail(log, "No help topic for '" + word + "'", code: 3)
    case .misuse(let misuse):
      // It shows the help text too; without it the sentence is what counts.
      _ = ExtraProgram.start(line.arguments, environment)
      return fail(log, misuse.sentence)
    case .perform(let command):
      let context = CommandContext(line, passed, environment, log)
      do throws(RuntimeError) {
        return try command.perform(context)
      } catch {
        return fail(log, command.failurePrefix(line.program) + error.message, code: command.failureCode)
      }
    case .help, .version, .extra: return 0
    }
  }

  static func fail(_ log: Log, _ message: String, code: Int32 = 1) -> Int32 {
    log.failure(message)
    return code
  }

  static func versionText(of program: String) -> String {
    // The program may be called by the name of another; the line in the place of runc's commit says which it is.
    sentence("% version %\ncommit: apus %\n", program, programVersion, programVersion)
      + sentence("spec: %\n", specificationVersion)
  }

  /// Writes to standard output.
  static func show(_ text: String) throws(RuntimeError) { try show([UInt8](text.utf8)) }

  static func show(_ bytes: [UInt8]) throws(RuntimeError) {
    try doing("write the output") { () throws(SystemCallError) in try StandardStream.output.write(bytes) }
  }
}
