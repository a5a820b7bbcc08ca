// The program `apus-extra`: the commands that `apus` hands over, in a file of their own.

internal import Linux
internal import OCI

/// The program `apus-extra`. It takes the whole command line of `apus`, which executes it for the commands that are
/// here: `apus` enters containers and is copied for each, so it holds nothing else than what that takes.
public enum ExtraProgram {
  private static let name = "apus-extra"

  /// Performs what the command line asks for, as `ApusProgram.run` does.
  public static func run(_ arguments: [String], environment: [String]) -> Int32 {
    if arguments.count > 1, sameBytes(arguments[1], SystemdUnit.command) {
      // What is printed is the message of `apus`.
      StandardStream.error.tryWriteLine(SystemdCommand.perform(arguments[2...]).message)
      return 1
    }
    let line = CommandLine(arguments)
    do throws(RuntimeError) {
      try ProgramStart.check()
      switch line.request {
      case .version: try ApusProgram.show(ApusProgram.versionText(of: line.program))
      case .help(let topic): try ApusProgram.show(HelpText.text(topic, program: line.program))
      default:
        return perform(
          CommandContext(line, PassedDescriptors(line, environment), environment, try Log(line.options)))
      }
      return 0
    } catch {
      Log().failure(error.message)
      return 1
    }
  }

  private static func perform(_ context: CommandContext) -> Int32 {
    if let complaint = context.line.complaint { return ApusProgram.fail(context.log, complaint) }
    switch context.line.request {
    case .extra(let name, let words): return perform(name, words[...], context)
    case .misuse(let misuse):
      return complain(misuse, HelpText.text(misuse.topic, program: context.line.program), context)
    default: return ApusProgram.fail(context.log, joined([name, " is executed by apus: call that"]))
    }
  }

  private static func perform(_ name: CommandName, _ words: ArraySlice<String>, _ context: CommandContext) -> Int32 {
    let grammar = CommandGrammar(extra: name)
    let (topic, help) = (HelpTopic.command(name), HelpText.text(of: grammar, program: context.line.program))
    var scanner = FlagScanner(flags: grammar.flags, placement: grammar.placement, arguments: words)
    do throws(FlagError) {
      let scanned = try scanner.scan()
      do throws(RuntimeError) {
        if scanned.isOn(.help) {
          try ApusProgram.show(help)
          return 0
        }
        let program = context.line.arguments.first ?? "apus"
        if let sentence = grammar.complaint(about: scanned.operands.count, program: program) {
          return complain(Misuse(topic: topic, sentence: sentence, isAnnounced: false), help, context)
        }
        return try perform(name, scanned, context)
      } catch {
        return ApusProgram.fail(context.log, error.message)
      }
    } catch {
      return complain(Misuse(topic: topic, sentence: error.text, isAnnounced: true), help, context)
    }
  }

  private static func perform(
    _ name: CommandName, _ scanned: ScannedArguments, _ context: CommandContext
  ) throws(RuntimeError) -> Int32 {
    let id = scanned.operands.first ?? ""
    switch name {
    case .events: try performEvents(EventOptions(id: id, flags: scanned), context)
    case .mounts: try performMounts(scanned.operands, context)
    case .validate: return try performValidate(scanned) ? 0 : 1
    default: try performUpdate(UpdateOptions(id: id, flags: scanned), context)
    }
    return 0
  }

  /// Shows how the command is called, and what was wrong.
  private static func complain(_ misuse: Misuse, _ help: String, _ context: CommandContext) -> Int32 {
    let reason = misuse.isAnnounced ? ": " + misuse.sentence : "."
    // The sentence in the log is what counts.
    do { try ApusProgram.show(joined(["Incorrect Usage", reason, "\n\n", help])) } catch {}
    return ApusProgram.fail(context.log, misuse.sentence)
  }
}
