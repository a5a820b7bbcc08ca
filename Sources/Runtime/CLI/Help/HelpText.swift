// The texts of --help, in the sections that users of runc know.

internal import OCI

/// The texts of `--help`, in the sections that users of runc know.
enum HelpText {
  /// - Parameter program: what the program was called as.
  static func text(_ topic: HelpTopic, program: String) -> String {
    switch topic {
    case .program: return text(of: program)
    case .command(let name): return text(of: CommandGrammar(name), program: program)
    }
  }

  static func text(of grammar: CommandGrammar, program: String) -> String {
    let (name, flags) = (grammar.name, grammar.flags)
    let words = name.words
    let called = program + " " + name.text
    // The help flag alone is not worth a mention.
    var usage = flags.count > 1 ? called + " [command options]" : called
    if !words.operands.isEmpty { usage = sentence("% %", usage, words.operands) }
    let description = words.description.isEmpty ? "" : sentence("DESCRIPTION:\n%\n\n", words.description)
    return sentence("NAME:\n   % - %\n\nUSAGE:\n   %\n\n", called, words.summary, usage)
      + sentence("%OPTIONS:\n%", sentence(description, program), table(flags))
  }

  private static func text(of program: String) -> String {
    var rows: [(String, String)] = []
    for name in CommandName.allCases { rows.append((name.text, name.words.summary)) }
    rows.append(("help, h", "show the commands, or the help of one"))
    return sentence(programText, program, program, program)
      + sentence("VERSION:\n   %\n\nCOMMANDS:\n%\nGLOBAL OPTIONS:\n%", programVersion, table(rows), table(globalFlags))
  }

  private static let programText = """
    NAME:
       % - Open Container Initiative runtime

    Runs containers from bundles: a bundle is a directory with the file config.json and
    a root file system. To run the bundle of the working directory as a container:

        # % run <container-id>

    The id is a name of your choice, used by one container of this host at a time.

    USAGE:
       % [global options] command [command options] [arguments...]


    """

  private static func table(_ flags: [Flag]) -> String {
    var rows: [(String, String)] = []
    for flag in flags { rows.append(usage(flag)) }
    return table(rows)
  }

  /// `--name value, -n value` and what it means; empty for a hidden flag.
  private static func usage(_ flag: Flag) -> (String, String) {
    if flag.isHidden { return ("", "") }
    let value = flag.kind.takesValue ? " value" : ""
    var left = "--" + flag.text + value
    if let short = flag.short { append(", -" + short + value, to: &left) }
    var right = flag.usage
    if let standard = flag.defaultValue { append(" (default: " + standard + ")", to: &right) }
    return (left, right)
  }

  private static func table(_ rows: [(String, String)]) -> String {
    var width = 0
    for row in rows { width = max(width, row.0.utf8.count) }
    var text = ""
    for row in rows where !row.0.isEmpty {
      text += sentence("   %%%\n", row.0, spaces(width - row.0.utf8.count + 2), row.1)
    }
    return text
  }
}
