// Tests of the command line: flags, operands, commands, complaints.

import Testing

@testable import ContainerRuntime

@Suite("The command line")
struct CLIParserTests {
  private func parse(_ words: String) -> CommandLine {
    CommandLine(["apus"] + words.split(separator: " ", omittingEmptySubsequences: true).map(String.init))
  }

  private func command(_ words: String) -> Command? {
    if case .perform(let command) = parse(words).request { return command }
    return nil
  }

  private func complaint(_ words: String) -> String? {
    if case .misuse(let misuse) = parse(words).request { return misuse.sentence }
    return nil
  }

  @Test("every flag has its own text")
  func flagTexts() {
    let expected: [(FlagName, String)] = [
      (.additionalGIDs, "additional-gids"), (.capability, "cap"), (.environment, "env"),
      (.ignorePaused, "ignore-paused"),
      (.noNewPrivileges, "no-new-privs"), (.noSubreaper, "no-subreaper"), (.pidfdSocket, "pidfd-socket"),
      (.preserveDescriptors, "preserve-fds"), (.systemdCgroup, "systemd-cgroup"), (.terminal, "tty"),
      (.version, "version"),
    ]
    for (name, text) in expected { #expect(name.text == text) }
  }

  @Test("every command is known by its name", arguments: CommandName.allCases)
  func commandNames(_ name: CommandName) {
    #expect(CommandName(name.text) == name)
    #expect(name.text == "\(name)")
    #expect(!name.words.summary.isEmpty)
  }

  @Test("flags are read in every form that Go's flag package and ours know")
  func flagForms() {
    for words in [
      "create --bundle /b c", "create -b /b c", "create -bundle=/b c", "create --bundle=/b c", "create c -b /b",
      "create -b /x --bundle /b -- c",
    ] {
      var options = CreateOptions(id: "c")
      options.bundle = "/b"
      #expect(command(words) == .create(options), "\(words)")
    }
    #expect(command("list -q=true -f json") == .list(OutputFormat("json"), isQuiet: true))
    #expect(command("list -qf json") == .list(OutputFormat("json"), isQuiet: true))
    #expect(command("list -q=0") == .list(OutputFormat("table"), isQuiet: false))
    #expect(command("delete -- -f") == .delete(id: "-f", isForced: false))
    #expect(command("state -") == .state(id: "-"))
  }

  @Test("create and run take all flags of runc")
  func birthFlags() {
    let words = """
      --console-socket s --pidfd-socket p --pid-file f --no-pivot --no-new-keyring --preserve-fds 3 -b b
      """
    var options = CreateOptions(id: "c")
    options.bundle = "b"
    options.channels.consoleSocket = "s"
    options.channels.pidfdSocket = "p"
    options.channels.pidFile = "f"
    options.channels.preservedDescriptors = 3
    options.switches = [.noPivot, .noNewKeyring]
    #expect(command("create \(words) c") == .create(options))
    var run = RunOptions(create: options)
    run.isDetached = true
    run.keepsContainer = true
    run.noSubreaper = true
    #expect(command("run -d --keep --no-subreaper \(words) c") == .run(run))
  }

  @Test("exec takes all flags of runc, and what follows the id belongs to the process")
  func execFlags() {
    let words = """
      exec --cwd /d -e A=1 --env B=2 -t -u 1:2 -g 3 --additional-gids 4 -p file -d --pid-file f --process-label l \
      --apparmor a --no-new-privs -c CAP_KILL --preserve-fds 1 --cgroup x:y --ignore-paused c ls -l --env C=3 -- x
      """
    var options = ExecOptions(id: "c")
    options.arguments = ["ls", "-l", "--env", "C=3", "--", "x"]
    options.processFile = "file"
    options.cwd = "/d"
    options.environment = ["A=1", "B=2"]
    options.user = "1:2"
    options.additionalGIDs = [3, 4]
    options.capabilities = ["CAP_KILL"]
    options.processLabel = "l"
    options.apparmorProfile = "a"
    options.noNewPrivileges = true
    options.cgroups = ["x:y"]
    options.channels.pidFile = "f"
    options.channels.preservedDescriptors = 1
    options.hasTerminal = true
    options.isDetached = true
    options.ignoresPause = true
    #expect(command(words) == .exec(options))
  }

  @Test("an absent --no-new-privs differs from a false one")
  func noNewPrivileges() {
    var options = ExecOptions(id: "c")
    options.arguments = ["ls"]
    #expect(command("exec c ls") == .exec(options))
    options.noNewPrivileges = false
    #expect(command("exec --no-new-privs=false c ls") == .exec(options))
  }

  @Test("the other commands and their operands")
  func otherCommands() {
    #expect(command("kill c") == .kill(KillOptions(id: "c", signal: "SIGTERM", isForAll: false)))
    #expect(command("kill --all c 9") == .kill(KillOptions(id: "c", signal: "9", isForAll: true)))
    #expect(command("kill c KILL -a") == .kill(KillOptions(id: "c", signal: "KILL", isForAll: true)))
    #expect(command("delete -f c") == .delete(id: "c", isForced: true))
    #expect(command("delete c --force") == .delete(id: "c", isForced: true))
    #expect(command("ps -f json c -e -x") == .ps(id: "c", OutputFormat("json"), arguments: ["-e", "-x"]))
    #expect(command("spec --rootless -b d") == .spec(bundle: "d", isRootless: true))
    #expect(command("start c") == .start(id: "c"))
    #expect(command("pause c") == .pause(id: "c"))
    #expect(command("resume c") == .resume(id: "c"))
    #expect(command("features") == .features)
  }

  @Test("global options stand before the command")
  func globalOptions() {
    let line = parse("--debug --log /l --log-format json --root /r --systemd-cgroup --rootless=True --criu x state c")
    var options = GlobalOptions()
    options.isDebug = true
    options.logFile = "/l"
    options.logFormat = .json
    options.root = "/r"
    options.usesSystemd = true
    options.rootless = .on
    #expect(line.options == options)
    #expect(line.request == .perform(.state(id: "c")))
    #expect(line.complaint == nil)
    #expect(parse("--rootless AUTO list").options.rootless == .automatic)
  }

  @Test("wrong values of global options are complaints")
  func globalComplaints() {
    #expect(parse("--log-format foo list").complaint == "invalid log-format: foo")
    #expect(parse("--rootless x list").complaint != nil)
  }

  @Test(
    "a wrong flag or number of operands is a complaint in runc's words",
    arguments: [
      ("state", "apus: \"state\" requires exactly 1 argument(s)"),
      ("state a b", "apus: \"state\" requires exactly 1 argument(s)"),
      ("list x", "apus: \"list\" requires exactly 0 argument(s)"),
      ("kill", "apus: \"kill\" requires a minimum of 1 argument(s)"),
      ("kill a b c", "apus: \"kill\" requires a maximum of 2 argument(s)"),
      ("exec", "apus: \"exec\" requires a minimum of 1 argument(s)"),
      ("ps", "apus: \"ps\" requires a minimum of 1 argument(s)"),
      ("--bogus", "flag provided but not defined: -bogus"),
      ("state --bogus a", "flag provided but not defined: -bogus"),
      ("create -xb c", "flag provided but not defined: -xb"),
      ("create --pid-file", "flag needs an argument: -pid-file"),
      ("run -b", "flag needs an argument: -b"),
      ("create --preserve-fds abc x", "invalid value \"abc\" for flag -preserve-fds: parse error"),
      ("list -q=foo", "invalid boolean value \"foo\" for -q: parse error"),
      ("state ---x", "bad flag syntax: ---x"),
      ("state -=x", "bad flag syntax: -=x"),
    ])
  func complaints(_ words: String, _ sentence: String) {
    #expect(complaint(words) == sentence)
  }

  @Test("help, version and unknown commands")
  func otherRequests() {
    #expect(parse("").request == .help(.program))
    #expect(parse("-h").request == .help(.program))
    #expect(parse("help").request == .help(.program))
    #expect(parse("h state").request == .help(.command(.state)))
    #expect(parse("state --help").request == .help(.command(.state)))
    #expect(parse("exec -h").request == .help(.command(.exec)))
    #expect(parse("-v").request == .version)
    #expect(parse("--version state").request == .version)
    #expect(parse("bogus").request == .unknownCommand("bogus"))
    #expect(parse("help bogus").request == .unknownCommand("bogus"))
    #expect(parse("bogus -h").request == .unknownCommand("bogus"))
  }

  @Test("a hidden flag is not in the help text, the others are")
  func helpTexts() {
    for name in CommandName.allCases {
      let text = HelpText.text(.command(name), program: "runc")
      #expect(text.hasPrefix("NAME:\n   runc \(name) - "))
      for flag in CommandGrammar(name).flags { #expect(text.contains("--" + flag.text) == !flag.isHidden) }
    }
    let text = HelpText.text(.program, program: "runc")
    #expect(text.hasPrefix("NAME:\n   runc - Open Container Initiative runtime\n"))
    for name in CommandName.allCases { #expect(text.contains("\n   \(name) ")) }
    #expect(!text.contains("--criu"))
  }

  @Test("signals are known by name in any case, with or without SIG, by number and as real-time ones")
  func signalNames() throws {
    let expected: [(String, Int32)] = [
      ("KILL", 9), ("SIGKILL", 9), ("sigterm", 15), ("hup", 1), ("9", 9), ("0", 0), ("SIGRTMIN", 34), ("rtmin+1", 35),
      ("SIGRTMAX", 64), ("RTMAX-14", 50), ("WINCH", 28), ("SIGPOLL", 29), ("CHLD", 17),
    ]
    for (word, number) in expected { #expect(try SignalName.number(word) == number) }
    let unknown = [
      "", "SIG", "FOO", "RTMIN-1", "RTMIN+40", "RTMIN+9223372036854775807", "RTMAX--1", "RTMAX+1", "SIGSIGKILL", "9x",
    ]
    for word in unknown {
      #expect(throws: RuntimeError.usage("unknown signal \"\(word)\"")) { try SignalName.number(word) }
    }
  }
}
