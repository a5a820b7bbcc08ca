// The command line as a whole: global options, then a command with its own.

internal import Linux
internal import OCI

/// What the command line asks for.
enum Request: Equatable {
  case perform(Command)
  /// A command of `apus-extra`, with the words behind it.
  case extra(CommandName, [String])
  case help(HelpTopic)
  case version
  /// A word that is no command.
  case unknownCommand(String)
  /// A command whose options are wrong: the help of the topic is shown with the sentence.
  case misuse(Misuse)
}

/// What a help text is about.
enum HelpTopic: Equatable {
  case program
  case command(CommandName)
}

/// How a command was called wrongly.
struct Misuse: Equatable {
  let topic: HelpTopic
  let sentence: String
  /// Whether the sentence also stands behind "Incorrect Usage".
  let isAnnounced: Bool
}

/// The command line as a whole.
struct CommandLine: Equatable {
  /// As given, the name of the program first.
  let arguments: [String]
  var options = GlobalOptions()
  /// What is wrong with the values of global options; nothing else is done then.
  var complaint: String?
  var request = Request.help(.program)

  /// What the program was called as: the name of runc's in its place is that of its callers' words too.
  var program: String { splitPath(arguments.first ?? "apus").name }

  /// - Parameter arguments: all arguments, the name of the program first.
  init(_ arguments: [String]) {
    self.arguments = arguments
    var scanner = FlagScanner(flags: globalFlags, placement: .beforeOperands, arguments: arguments.dropFirst())
    do {
      let scanned = try scanner.scan()
      readOptions(scanned)
      request = CommandLine.request(scanned, program: arguments.first ?? "apus")
    } catch {
      request = .misuse(Misuse(topic: .program, sentence: error.text, isAnnounced: true))
    }
  }

  private mutating func readOptions(_ scanned: ScannedArguments) {
    do {
      options = try GlobalOptions(scanned)
    } catch {
      complaint = error.text
    }
  }

  private static func request(_ scanned: ScannedArguments, program: String) -> Request {
    if scanned.isOn(.version) { return .version }
    guard let word = scanned.operands.first, !scanned.isOn(.help) else { return .help(.program) }
    if sameBytes(word, "help") || sameBytes(word, "h") { return help(scanned.operands.dropFirst()) }
    guard let name = CommandName(word) else { return .unknownCommand(word) }
    if name.isExtra { return .extra(name, Array(scanned.operands.dropFirst())) }
    return request(CommandGrammar(name), scanned.operands.dropFirst(), program: program)
  }

  private static func help(_ words: ArraySlice<String>) -> Request {
    guard let word = words.first(where: { $0.utf8.first != UInt8(ascii: "-") }) else { return .help(.program) }
    guard let name = CommandName(word) else { return .unknownCommand(word) }
    if name.isExtra { return .extra(name, ["--help"]) }
    return .help(.command(name))
  }

  private static func request(
    _ grammar: CommandGrammar, _ arguments: ArraySlice<String>, program: String
  ) -> Request {
    let topic = HelpTopic.command(grammar.name)
    var scanner = FlagScanner(flags: grammar.flags, placement: grammar.placement, arguments: arguments)
    do {
      let scanned = try scanner.scan()
      if scanned.isOn(.help) { return .help(topic) }
      if let sentence = grammar.complaint(about: scanned.operands.count, program: program) {
        return .misuse(Misuse(topic: topic, sentence: sentence, isAnnounced: false))
      }
      guard let command = Command(grammar.name, scanned) else { return .unknownCommand(grammar.name.text) }
      return .perform(command)
    } catch {
      return .misuse(Misuse(topic: topic, sentence: error.text, isAnnounced: true))
    }
  }
}
