// From the words of the command line to the checked value.

/// Reads the words of the command line, checks them in the order that callers of conmon know, and fills in defaults.
public struct OptionParser {
  private var options = Options()
  private var hasID = false
  private var logPaths: [String] = []
  private var levelText: String?
  private var ratePolicies: [String] = []

  private init() {}

  /// What the words ask for.
  public enum Request {
    case help
    case version
    case monitor(Options)
  }

  /// - Parameters:
  ///   - words: the command line without the program's name.
  ///   - directory: the working directory, where the defaults lie.
  ///   - isExecutable: whether a file can be executed.
  public static func parse(
    _ words: [String], directory: String, isExecutable: (String) -> Bool
  ) throws(OptionError) -> Request {
    var parser = OptionParser()
    var reader = ArgumentReader(words)
    while let item = try reader.next() { try parser.take(item) }
    if parser.options.switches.contains(.help) { return .help }
    if parser.options.switches.contains(.version) { return .version }
    try parser.checkFirst()
    try parser.checkIdentity(isExecutable)
    parser.fillIn(directory)
    try parser.checkLog()
    return .monitor(parser.options)
  }

  private mutating func take(_ item: ArgumentReader.Item) throws(OptionError) {
    switch item.name.argument {
    case .none(let flag): options.switches.insert(flag)
    case .integer: try takeNumber(item)
    case .text:
      if !takeList(item) { takeText(item) }
    }
  }

  private mutating func takeNumber(_ item: ArgumentReader.Item) throws(OptionError) {
    let int: ClosedRange<Int64> = -0x8000_0000...0x7fff_ffff
    switch item.name {
    case .exitDelay: options.exitDelaySeconds = try item.integer(in: int)
    case .logMaxFiles: options.log.maxFiles = try item.integer(in: int)
    case .timeout: options.timeoutSeconds = try item.integer(in: int)
    case .logSizeMax: options.log.sizeMax = try item.integer(in: .min ... .max)
    case .logGlobalSizeMax: options.log.globalSizeMax = try item.integer(in: .min ... .max)
    default: options.log.rateLimit = try item.integer(in: .min ... .max)
    }
  }

  private mutating func takeList(_ item: ArgumentReader.Item) -> Bool {
    switch item.name {
    case .exitCommandArg: options.exitCommandArguments.append(item.value)
    case .logAllowlistDir: options.log.allowedDirectories.append(item.value)
    case .logLabel: options.log.labels.append(item.value)
    case .logPath: logPaths.append(item.value)
    case .logRatePolicy: ratePolicies.append(item.value)
    case .restoreArg, .runtimeOpt: options.runtimeOptions.append(item.value)
    case .runtimeArg: options.runtimeArguments.append(item.value)
    default: return false
    }
    return true
  }

  private mutating func takeText(_ item: ArgumentReader.Item) {
    switch item.name {
    case .bundle: options.bundle = item.value
    case .cid:
      options.containerID = item.value
      hasID = true
    case .conmonPidfile: options.monitorPidFile = item.value
    case .containerPidfile, .pidfile: options.containerPidFile = item.value
    case .cuuid: options.containerUUID = item.value
    case .execProcessSpec: options.processSpec = item.value
    case .exitCommand: options.exitCommand = item.value
    case .exitDir: options.exitDirectory = item.value
    case .logLevel: levelText = item.value
    case .logTag: options.log.tag = item.value
    case .name: options.name = item.value
    case .persistDir: options.persistDirectory = item.value
    case .restore: options.restoreDirectory = item.value
    case .runtime: options.runtime = item.value
    case .sdnotifySocket: options.notifySocket = item.value
    default: options.socketDirectory = item.value
    }
  }
}

// MARK: - Checks

extension OptionParser {
  private mutating func checkFirst() throws(OptionError) {
    let files = options.log.maxFiles
    if files < 0 { throw .refused("log-max-files must be non-negative, got \(files)") }
    if options.switches.contains(.logRotate) && files == 0 {
      throw .refused("log-max-files must be at least 1 when log-rotate is enabled, got \(files)")
    }
    if !hasID { throw .refused("Container ID not provided. Use --cid") }
    if let levelText { options.level = try MessageLevel.parse(levelText) }
  }

  private func checkIdentity(_ isExecutable: (String) -> Bool) throws(OptionError) {
    let switches = options.switches
    if options.restoreDirectory != nil && switches.contains(.exec) {
      throw .refused("Cannot use 'exec' and 'restore' at the same time")
    }
    if switches.contains(.execAttach) {
      if !switches.contains(.exec) { throw .refused("Attach can only be specified with exec") }
      if !switches.contains(.apiVersion) {
        throw .refused("Attach can only be specified for a non-legacy exec session")
      }
    }
    if options.containerUUID == nil && (!switches.contains(.exec) || switches.contains(.apiVersion)) {
      throw .refused("Container UUID not provided. Use --cuuid")
    }
    if options.runtime.isEmpty { throw .refused("Runtime path not provided. Use --runtime") }
    if !isExecutable(options.runtime) { throw .refused("Runtime path " + options.runtime + " is not valid") }
    if switches.contains(.exec) && options.processSpec == nil {
      throw .refused("Exec process spec path not provided. Use --exec-process-spec")
    }
    if options.exitDelaySeconds < 0 {
      throw .refused("Delay before invoking exit command must be greater than or equal to 0")
    }
  }

  private mutating func fillIn(_ directory: String) {
    if options.bundle == nil && !options.isExec { options.bundle = directory }
    if options.containerPidFile.isEmpty {
      options.containerPidFile = directory + "/pidfile-" + options.containerID
    }
  }

  private mutating func checkLog() throws(OptionError) {
    if logPaths.isEmpty { throw .refused("Log driver not provided. Use --log-path") }
    for text in logPaths {
      switch try LogDriver.parse(text) {
      case .file(let path): options.log.file = path
      case .journal: options.log.usesJournal = true
      case .passthrough: options.log.isPassthrough = true
      case .none: break
      }
    }
    if options.log.usesJournal {
      try checkJournal()
    } else if options.log.file != nil {
      if options.log.tag != nil { throw .refused("k8s-file doesn't support --log-tag") }
      if !options.log.labels.isEmpty { throw .refused("k8s-file doesn't support --log-label") }
    }
    for text in ratePolicies { try options.log.setPolicies(text) }
  }

  private func checkJournal() throws(OptionError) {
    if options.containerID.utf8.count <= 12 { throw .refused("Container ID must be longer than 12 characters") }
    for label in options.log.labels { try OptionParser.checkLabel(label) }
  }

  private static func checkLabel(_ label: String) throws(OptionError) {
    let bytes = [UInt8](label.utf8)
    let form = "Container labels must be in format LABEL=VALUE "
    if bytes.first == 61 { throw .refused(form + "(no LABEL present in '" + label + "')") }
    if bytes.count(where: { $0 == 61 }) != 1 {
      throw .refused(form + "(none or more than one '=' present in '" + label + "')")
    }
    let name = bytes.prefix { $0 != 61 }
    let isValid = name.allSatisfy { $0 >= 65 && $0 <= 90 || $0 >= 48 && $0 <= 57 || $0 == 95 }
    if !isValid {
      throw .refused(
        "Container label names must contain only uppercase letters, numbers and underscore (in '" + label + "')")
    }
  }
}

extension LogOptions {
  /// Reads `POLICY` for both streams, or `stdout=POLICY`, `stderr=POLICY`, several of them between commas.
  mutating func setPolicies(_ text: String) throws(OptionError) {
    for part in text.utf8.split(separator: 44, omittingEmptySubsequences: false) {
      let words = part.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
      let value = String(decoding: words[words.count - 1], as: UTF8.self)
      let policy = try RatePolicy.parse(value)
      let stream = words.count == 1 ? "" : String(decoding: words[0], as: UTF8.self)
      guard let index = ["", "stdout", "stderr"].exactIndex(of: stream) else {
        throw .refused("No such stream " + stream)
      }
      if index != 2 { stdoutPolicy = policy }
      if index != 1 { stderrPolicy = policy }
    }
  }
}
