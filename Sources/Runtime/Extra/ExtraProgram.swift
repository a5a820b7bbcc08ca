// The program `apus-extra`: the commands that `apus` hands over, in a file of their own.

internal import Linux
internal import OCI

/// The program `apus-extra`. It takes the whole command line of `apus`, which executes it for the commands that are
/// here: `apus` enters containers and is copied for each, so it holds nothing else than what that takes.
public enum ExtraProgram {
  private static let name = "apus-extra"

  /// Performs what the command line asks for, as `ApusProgram.run` does.
  public static func run(_ arguments: [String], environment: [String]) -> Int32 {
    let line = CommandLine(arguments)
    do throws(RuntimeError) {
      try ProgramStart.check()
      switch line.request {
      case .version: try ApusProgram.show(ApusProgram.versionText)
      case .extra(let name, let words):
        return perform(
          name, words[...],
          CommandContext(line, PassedDescriptors(line, environment), environment, try Log(line.options)))
      default: throw RuntimeError.usage(joined([name, " is executed by apus: call that"]))
      }
      return 0
    } catch {
      Log().failure(error.message)
      return 1
    }
  }

  private static func perform(_ name: CommandName, _ words: ArraySlice<String>, _ context: CommandContext) -> Int32 {
    if let complaint = context.line.complaint { return ApusProgram.fail(context.log, complaint) }
    let grammar = CommandGrammar(extra: name)
    var scanner = FlagScanner(flags: grammar.flags, placement: grammar.placement, arguments: words)
    do throws(FlagError) {
      let scanned = try scanner.scan()
      do throws(RuntimeError) {
        if scanned.isOn(.help) {
          try ApusProgram.show(HelpText.text(of: grammar))
          return 0
        }
        let program = context.line.arguments.first ?? "apus"
        if let sentence = grammar.complaint(about: scanned.operands.count, program: program) {
          return misuse(grammar, sentence, ".", context)
        }
        try perform(name, scanned, context)
        return 0
      } catch {
        return ApusProgram.fail(context.log, error.message)
      }
    } catch {
      return misuse(grammar, error.text, ": " + error.text, context)
    }
  }

  private static func perform(
    _ name: CommandName, _ scanned: ScannedArguments, _ context: CommandContext
  ) throws(RuntimeError) {
    let id = scanned.operands.first ?? ""
    if name == .events { return try performEvents(EventOptions(id: id, flags: scanned), context) }
    try performUpdate(UpdateOptions(id: id, flags: scanned), context)
  }

  private static func misuse(
    _ grammar: CommandGrammar, _ sentence: String, _ announced: String, _ context: CommandContext
  ) -> Int32 {
    // The sentence in the log is what counts.
    do { try ApusProgram.show(joined(["Incorrect Usage", announced, "\n\n", HelpText.text(of: grammar)])) } catch {}
    return ApusProgram.fail(context.log, sentence)
  }
}
