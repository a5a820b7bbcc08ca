// The texts of --help, in the sections that users of runc know.

/// The texts of `--help`, in the sections that users of runc know.
enum HelpText {
  static func text(_ topic: HelpTopic) -> String {
    switch topic {
    case .program: return program
    case .command(let name): return text(of: CommandGrammar(name))
    }
  }

  static func text(of grammar: CommandGrammar) -> String {
    let (name, flags) = (grammar.name, grammar.flags)
    let words = name.words
    var text = "NAME:\n   apus " + name.text + " - " + words.summary + "\n\nUSAGE:\n   apus " + name.text
    // The help flag alone is not worth a mention.
    if flags.count > 1 { append(" [command options]", to: &text) }
    if !words.operands.isEmpty { append(" " + words.operands, to: &text) }
    append("\n", to: &text)
    if !words.description.isEmpty { append("\nDESCRIPTION:\n" + words.description + "\n", to: &text) }
    return text + "\nOPTIONS:\n" + table(flags.map { usage($0) })
  }

  private static var program: String {
    var commands: [(String, String)] = []
    for name in CommandName.allCases { commands.append((name.text, name.words.summary)) }
    commands.append(("help, h", "show the commands, or the help of one"))
    return """
      NAME:
         apus - Open Container Initiative runtime

      Runs containers from bundles: a bundle is a directory with the file config.json and
      a root file system. To run the bundle of the working directory as a container:

          # apus run <container-id>

      The id is a name of your choice, used by one container of this host at a time.

      USAGE:
         apus [global options] command [command options] [arguments...]

      VERSION:
         \(programVersion)

      COMMANDS:

      """ + table(commands) + "\nGLOBAL OPTIONS:\n" + table(globalFlags.map { usage($0) })
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
      append("   " + row.0 + spaces(width - row.0.utf8.count + 2) + row.1 + "\n", to: &text)
    }
    return text
  }
}
