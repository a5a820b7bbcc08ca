// What the help texts say about each command.

/// What the help text says about a command.
struct CommandWords {
  let summary: String
  /// The operands, as in a usage line.
  let operands: String
  /// Sentences for the section DESCRIPTION; empty leaves it out.
  let description: String
}

extension CommandName {
  var words: CommandWords {
    switch self {
    case .create, .run, .start, .exec, .kill, .delete: return lifecycleWords
    case .list, .ps, .state, .pause, .resume, .spec, .features: return otherWords
    case .events, .mounts, .update, .validate: return extraWords
    }
  }

  private var lifecycleWords: CommandWords {
    switch self {
    case .create:
      return CommandWords(
        summary: "create a container", operands: "<container-id>",
        description: """
             Makes a container from a bundle and stops right before its program: "% start" runs
             that. The program and its arguments are process.args in config.json.
          """)
    case .run:
      return CommandWords(
        summary: "create and run a container", operands: "<container-id>",
        description: """
             Makes a container from a bundle and starts it. Without --detach, waits for its end, hands
             its exit code back (128 + n after signal n) and deletes it.
          """)
    case .start:
      return CommandWords(
        summary: "start the program of a created container", operands: "<container-id>", description: "")
    case .exec:
      return CommandWords(
        summary: "run one more process in a container",
        operands: "<container-id> <command> [arguments...]  || -p process.json <container-id>",
        description: """
             Everything after the id is the command line of the process. Its exit code is handed back;
             255 means that it could not be started.

                 # % exec <container-id> ps
          """)
    case .kill:
      return CommandWords(
        summary: "send a signal (default: SIGTERM) to the init process of a container",
        operands: "<container-id> [signal]",
        description: """
             The signal is a name, with or without SIG, or a number:

                 # % kill <container-id> KILL
          """)
    default:
      return CommandWords(
        summary: "delete a container and everything it holds", operands: "<container-id>",
        description: "   Only a container that is stopped, or one that never started, is deleted without --force.")
    }
  }

  private var otherWords: CommandWords {
    switch self {
    case .list:
      return CommandWords(
        summary: "list the containers of a root", operands: "",
        description: "   The root is the one of the global option --root.")
    case .ps:
      return CommandWords(
        summary: "show the processes of a container", operands: "<container-id> [ps options]",
        description: """
             Shows what ps(1) of the host says about the processes of the container; everything after the
             id is passed to it (default: -ef), and its output needs a PID column.
          """)
    case .state:
      return CommandWords(summary: "show the state of a container", operands: "<container-id>", description: "")
    case .pause:
      return CommandWords(
        summary: "suspend all processes of a container", operands: "<container-id>", description: "")
    case .resume:
      return CommandWords(
        summary: "resume the processes of a paused container", operands: "<container-id>", description: "")
    case .spec:
      return CommandWords(
        summary: "write a config.json to start from", operands: "",
        description: """
             The file is a beginning: it runs "sh" in the directory rootfs beside it. Edit process.args
             and the rest to your needs. An existing config.json is left alone.
          """)
    default:
      return CommandWords(
        summary: "show what this runtime supports", operands: "",
        description: "   Prints the JSON of features.md in the runtime specification.")
    }
  }

  private var extraWords: CommandWords {
    if self == .events {
      return CommandWords(
        summary: "show events of a container, such as lack of memory, and its statistics", operands: "<container-id>",
        description: """
             Shows a line of JSON for each event, until the container ends.
          """)
    }
    if self == .validate {
      return CommandWords(
        summary: "show what is wrong with a bundle", operands: "",
        description: """
             Shows a line for each fault: MUST where the specification demands otherwise, SHOULD where it
             recommends otherwise, HOST where this host cannot do it; then the section and the field. The
             exit code is 1 when there is one that weighs as much as --level.
          """)
    }
    if self == .mounts {
      return CommandWords(
        summary: "add mounts to a container that lives, or remove them", operands: "add|remove <container-id> <file>",
        description: """
             The file is a list as "mounts" in config.json, '-' standard input; to remove, only the destinations
             count. Either all of the list is done or nothing.
          """)
    }
    return CommandWords(
      summary: "change the limits of a container", operands: "<container-id>",
      description: """
           The JSON is that of linux.resources in config.json. What is not given stays as it is.
        """)
  }
}
