// Reading the command line.

import Testing

@testable import ContainerMonitor

@Suite("Command line")
struct OptionParserTests {
  static let least = ["-c", "0123456789abcdef", "-u", "uuid", "-r", "/bin/runtime", "-l", "none"]

  private func parse(_ words: [String], isExecutable: Bool = true) throws(OptionError) -> OptionParser.Request {
    try OptionParser.parse(words, directory: "/cwd", isExecutable: { _ in isExecutable })
  }

  private func options(_ words: [String]) throws -> Options {
    guard case .monitor(let options) = try parse(Self.least + words) else {
      Issue.record("neither help nor version was asked for")
      return Options()
    }
    return options
  }

  private func refusal(_ words: [String], isExecutable: Bool = true) -> String? {
    do {
      _ = try parse(words, isExecutable: isExecutable)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("what is not said has its default")
  func defaults() throws {
    let options = try options([])
    #expect(options.containerID == "0123456789abcdef")
    #expect(options.containerUUID == "uuid")
    #expect(options.runtime == "/bin/runtime")
    #expect(options.bundle == "/cwd")
    #expect(options.containerPidFile == "/cwd/pidfile-0123456789abcdef")
    #expect(options.socketDirectory == "/var/run/crio")
    #expect(options.switches == [])
    #expect(options.level == .warning)
    #expect(options.log.maxFiles == 1)
    #expect(options.log.sizeMax == -1)
    #expect(options.timeoutSeconds == 0)
  }

  @Test("a stray word behind a switch is passed over")
  func strayWord() throws {
    #expect(try options(["--api-version", "1", "-i"]).switches == [.apiVersion, .stdin])
  }

  @Test("arguments come after an equals sign, a blank, or in the same word as a letter")
  func spellings() throws {
    let options = try options(["--name=a=b", "--bundle", "-x", "-itP", "/p", "-0/d", "--log-size-max", "-1"])
    #expect(options.name == "a=b")
    #expect(options.bundle == "-x")
    #expect(options.switches == [.stdin, .terminal])
    #expect(options.monitorPidFile == "/p")
    #expect(options.persistDirectory == "/d")
    #expect(options.log.sizeMax == -1)
  }

  @Test("options may be repeated: lists grow, of others the last counts")
  func repetition() throws {
    let options = try options(["--runtime-arg", "a", "--runtime-arg=b", "-n", "x", "-n", "y", "--restore-arg", "c"])
    #expect(options.runtimeArguments == ["a", "b"])
    #expect(options.name == "y")
    #expect(options.runtimeOptions == ["c"])
  }

  @Test("the older spelling of the pid file means the same")
  func olderSpelling() throws {
    #expect(try options(["--pidfile", "/x"]).containerPidFile == "/x")
  }

  @Test(
    "every switch of the command line is known by its name",
    arguments: OptionName.allCases)
  func everyOption(name: OptionName) throws {
    var value: String?
    switch name.argument {
    case .none: break
    case .integer: value = "3"
    case .text: value = name == .logLevel ? "info" : name == .logRatePolicy ? "drop" : "none"
    }
    let words = ["--" + name.rawValue] + (value.map { [$0] } ?? [])
    let refused = refusal(Self.least + words) ?? ""
    #expect(!refused.contains("option parsing failed"))
  }

  @Test("two pages of help name every option but the hidden ones")
  func help() throws {
    for name in OptionName.allCases {
      #expect(Help.text.contains("--" + name.rawValue + " ") == !name.isHidden, "\(name)")
    }
    #expect(Help.text.contains("--log-global-size-max"))
  }

  @Test("the version's third word is what callers parse")
  func version() {
    let words = Help.version.split { $0 == " " || $0 == "\n" }
    #expect(words[0...1] == ["conmon", "version"])
    let numbers = words[2].split(separator: ".").compactMap { Int($0) }
    #expect(numbers.count == 3)
    #expect(numbers.lexicographicallyPrecedes([2, 1, 2]) == false)
  }

  @Test(
    "a command line that cannot be read says why",
    arguments: [
      (["--nonsense"], "Unknown option --nonsense"), (["-x"], "Unknown option -x"),
      (["--stdin=1"], "Unknown option --stdin=1"), (["--cid"], "Missing argument for --cid"),
      (["-c"], "Missing argument for -c"),
      (["--timeout", "x"], "Cannot parse integer value 'x' for --timeout"),
      (["--timeout", ""], "Cannot parse integer value '' for --timeout"),
      (["--log-max-files", "2147483648"], "Integer value '2147483648' for --log-max-files out of range"),
      (
        ["--log-size-max", "9223372036854775808"], "Integer value '9223372036854775808' for --log-size-max out of range"
      ),
    ])
  func unreadable(words: [String], message: String) {
    #expect(refusal(words) == "option parsing failed: " + message)
  }

  @Test(
    "numbers are decimal, hexadecimal after 0x, and may have a sign",
    arguments: [
      ("12", 12), ("+7", 7), ("-7", -7), ("0x1F", 31), ("-9223372036854775808", Int64.min),
      ("9223372036854775807", Int64.max),
    ])
  func numbers(text: String, value: Int64) throws {
    #expect(try options(["--log-size-max", text]).log.sizeMax == value)
  }

  @Test(
    "what is missing or contradicts itself is told in the words that callers know, in their order",
    arguments: [
      (["-u", "u"], "Container ID not provided. Use --cid"),
      (["-c", "c", "--log-level", "loud"], "No such log level loud"),
      (["-c", "c", "-e", "--restore", "d"], "Cannot use 'exec' and 'restore' at the same time"),
      (["-c", "c", "--exec-attach"], "Attach can only be specified with exec"),
      (["-c", "c", "-e", "--exec-attach"], "Attach can only be specified for a non-legacy exec session"),
      (["-c", "c"], "Container UUID not provided. Use --cuuid"),
      (["-c", "c", "-u", "u"], "Runtime path not provided. Use --runtime"),
      (["-c", "c", "-e", "-r", "r"], "Exec process spec path not provided. Use --exec-process-spec"),
      (["-c", "c", "-u", "u", "-r", "r"], "Log driver not provided. Use --log-path"),
      (["-c", "c", "--log-max-files", "-1"], "log-max-files must be non-negative, got -1"),
      (
        ["-c", "c", "--log-rotate", "--log-max-files", "0"],
        "log-max-files must be at least 1 when log-rotate is enabled, got 0"
      ),
      (
        ["-c", "c", "-u", "u", "-r", "r", "--exit-delay", "-1"],
        "Delay before invoking exit command must be greater than or equal to 0"
      ),
    ])
  func refused(words: [String], message: String) {
    #expect(refusal(words) == message)
  }

  @Test("a runtime that cannot be executed is refused")
  func runtimeNotExecutable() {
    #expect(refusal(Self.least, isExecutable: false) == "Runtime path /bin/runtime is not valid")
  }

  @Test("an exec without api version needs no uuid and has no bundle by itself")
  func legacyExec() throws {
    let words = ["-c", "c", "-r", "r", "-e", "--exec-process-spec", "s", "-l", "none"]
    guard case .monitor(let options) = try parse(words) else { return }
    #expect(options.bundle == nil)
    #expect(!options.servesClients)
    #expect(options.answerKey == "exit_code")
  }

  @Test(
    "the key of answers depends on the api version and the command",
    arguments: [
      ([], "pid"), (["--api-version"], "data"),
      (["-e", "--exec-process-spec", "s"], "exit_code"), (["-e", "--exec-process-spec", "s", "--api-version"], "data"),
    ])
  func answerKey(words: [String], key: String) throws {
    #expect(try options(words).answerKey == key)
  }
}
