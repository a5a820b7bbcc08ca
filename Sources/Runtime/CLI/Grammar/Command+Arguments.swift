// From scanned arguments to the value of a command.

extension Command {
  /// Nil for a command of `apus-extra`.
  /// - Parameter scanned: with a number of operands that the grammar of the command permits.
  init?(_ name: CommandName, _ scanned: ScannedArguments) {
    let id = scanned.operands.first ?? ""
    switch name {
    case .create: self = .create(CreateOptions(scanned))
    case .run: self = .run(RunOptions(scanned))
    case .exec: self = .exec(ExecOptions(scanned))
    case .delete: self = .delete(id: id, isForced: scanned.isOn(.force))
    case .kill:
      let signal = scanned.operands.count > 1 ? scanned.operands[1] : ""
      self = .kill(KillOptions(id: id, signal: signal.isEmpty ? "SIGTERM" : signal, isForAll: scanned.isOn(.all)))
    case .list: self = .list(OutputFormat(scanned.text(.format) ?? "table"), isQuiet: scanned.isOn(.quiet))
    case .ps:
      let arguments = Array(scanned.operands.dropFirst())
      self = .ps(id: id, OutputFormat(scanned.text(.format) ?? "table"), arguments: arguments)
    case .spec: self = .spec(bundle: scanned.text(.bundle) ?? "", isRootless: scanned.isOn(.rootless))
    case .pause: self = .pause(id: id)
    case .resume: self = .resume(id: id)
    case .start: self = .start(id: id)
    case .state: self = .state(id: id)
    case .features: self = .features
    // They have values of their own.
    case .events, .mounts, .update, .validate: return nil
    }
  }
}

extension CreateOptions {
  init(_ scanned: ScannedArguments) {
    self.init(id: scanned.operands.first ?? "")
    bundle = scanned.text(.bundle) ?? ""
    channels = ProcessChannels(scanned)
    if scanned.isOn(.noPivot) { switches.insert(.noPivot) }
    if scanned.isOn(.noNewKeyring) { switches.insert(.noNewKeyring) }
  }
}

extension RunOptions {
  init(_ scanned: ScannedArguments) {
    self.init(create: CreateOptions(scanned))
    isDetached = scanned.isOn(.detach)
    keepsContainer = scanned.isOn(.keep)
    noSubreaper = scanned.isOn(.noSubreaper)
  }
}

extension ExecOptions {
  init(_ scanned: ScannedArguments) {
    self.init(id: scanned.operands.first ?? "")
    arguments = Array(scanned.operands.dropFirst())
    processFile = scanned.given(.process)
    cwd = scanned.given(.cwd)
    environment = scanned.list(.environment)
    user = scanned.given(.user)
    for text in scanned.list(.additionalGIDs) { additionalGIDs.append(integer(text) ?? -1) }
    capabilities = scanned.list(.capability)
    processLabel = scanned.given(.processLabel)
    apparmorProfile = scanned.given(.apparmor)
    noNewPrivileges = scanned.toggle(.noNewPrivileges)
    cgroups = scanned.list(.cgroup)
    channels = ProcessChannels(scanned)
    hasTerminal = scanned.isOn(.terminal)
    isDetached = scanned.isOn(.detach)
    ignoresPause = scanned.isOn(.ignorePaused)
  }
}

extension ProcessChannels {
  init(_ scanned: ScannedArguments) {
    self.init()
    consoleSocket = scanned.given(.consoleSocket)
    pidfdSocket = scanned.given(.pidfdSocket)
    pidFile = scanned.given(.pidFile)
    preservedDescriptors = max(0, scanned.number(.preserveDescriptors) ?? 0)
  }
}

extension ScannedArguments {
  /// The value given last, nil also when it is empty.
  fileprivate func given(_ name: FlagName) -> String? {
    guard let value = text(name), !value.isEmpty else { return nil }
    return value
  }
}
