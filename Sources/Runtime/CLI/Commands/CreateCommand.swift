// The commands `create` and `run`.

internal import Linux

extension Command {
  func performCreate(_ options: CreateOptions, _ context: CommandContext) throws(RuntimeError) {
    try context.enterContainers()
    let store = try context.store()
    _ = try create(CreateRequest(options, context), store, context)
  }

  func performRun(_ options: RunOptions, _ context: CommandContext) throws(RuntimeError) -> Int32 {
    try context.enterContainers()
    let store = try context.store()
    if options.isDetached {
      _ = try create(CreateRequest(options.create, context), store, context)
      try start(options, store, context)
      return 0
    }
    try options.create.channels.checkForeground()
    return try runInForeground(options, store, context)
  }

  private func runInForeground(
    _ options: RunOptions, _ store: borrowing ContainerStore, _ context: CommandContext
  ) throws(RuntimeError) -> Int32 {
    var request = CreateRequest(options.create, context)
    var foreground = try Foreground(options.noSubreaper ? [] : .orphans)
    request.options.insert(.relaysTerminal)
    var container = try create(request, store, context)
    let status: ExitStatus
    do throws(RuntimeError) {
      if let console = container.console.take() { try foreground.attach(console) }
      do throws(RuntimeError) {
        foreground.readiness = try store.start(request.id, notifying: context.serviceManager)
      } catch {
        if error.kind != .executable { throw error }
        // What the container says of it is relayed below.
        context.log.shownFailure(failurePrefix(context.line.program) + error.message)
      }
      status = try foreground.supervise(container.pidfd, pid: container.pid, context.log)
    } catch {
      remove(options, store, context)
      throw error
    }
    remove(options, store, context)
    return status.shellCode
  }

  private func create(
    _ request: CreateRequest, _ store: borrowing ContainerStore, _ context: CommandContext
  ) throws(RuntimeError) -> CreatedContainer {
    var request = request
    if context.options.usesSystemd { request.options.insert(.usesSystemd) }
    if context.serviceManager != nil {
      request.notifyDirectory = joined([store.path, "/", request.id, "/", NotifySocket.folder])
    }
    context.log.stage("nsexec container setup")
    let container = try store.create(request, warn: context.warn)
    context.log.stage("child process in init()")
    // It has told its last, and the socket to it is gone.
    context.log.stage("init: closing the pipe to signal completion")
    context.log.debug(joined(["created ", request.id, " in ", store.path, ": process ", decimal(Int(container.pid))]))
    if let flags = container.filterFlags {
      context.log.debug("seccomp filter flags: " + decimal(Int(flags.rawValue)))
    }
    return container
  }

  /// Starts a container that was made for this; it does not outlive a failure.
  private func start(
    _ options: RunOptions, _ store: borrowing ContainerStore, _ context: CommandContext
  ) throws(RuntimeError) {
    do {
      try store.startReady(options.create.id, notifying: context.serviceManager, warn: context.warn)
    } catch {
      remove(options, store, context)
      throw error
    }
  }

  private func remove(_ options: RunOptions, _ store: borrowing ContainerStore, _ context: CommandContext) {
    if options.keepsContainer { return }
    do {
      try store.delete(options.create.id, force: true, warn: context.warn)
    } catch {
      context.log.warning("delete the container: " + error.message)
    }
  }
}

extension CommandContext {
  /// Prepares this program for entering containers: it goes on as a copy of itself that they cannot write to.
  func enterContainers() throws(RuntimeError) {
    try passed.check()
    let form = try SelfBinary.protect(as: line.program)
    log.debug(line.program + " exeseal: using /proc/self/exe clone")
    if form == .view { log.debug(line.program + " exeseal: using overlayfs for sealed /proc/self/exe") }
    try ProgramStart.checkThreads()
  }
}

extension ProcessChannels {
  /// Somebody else cannot hold the terminal that we relay.
  func checkForeground() throws(RuntimeError) {
    if consoleSocket != nil {
      throw .usage("cannot use console socket if the runtime will not detach or allocate tty")
    }
  }
}

extension CreateRequest {
  init(_ options: CreateOptions, _ context: CommandContext) {
    self.init(id: options.id)
    if !options.bundle.isEmpty { bundle = options.bundle }
    pidFile = options.channels.pidFile
    consoleSocket = options.channels.consoleSocket
    pidfdSocket = options.channels.pidfdSocket
    preservedDescriptors = context.passed.count
    environment = context.passed.environment
    if options.switches.contains(.noPivot) { self.options.insert(.noPivot) }
    if options.switches.contains(.noNewKeyring) { self.options.insert(.noNewKeyring) }
    if context.ignoresCgroupRefusals { self.options.insert(.ignoresCgroupRefusals) }
    if effectiveUserID() != 0 { self.options.insert(.isRootless) }
    programPath = context.variable("PATH") ?? ""
  }
}
