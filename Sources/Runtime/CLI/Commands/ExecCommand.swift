// The command `exec`.

internal import Linux
internal import OCI

extension Command {
  func performExec(_ options: ExecOptions, _ context: CommandContext) throws(RuntimeError) -> Int32 {
    try context.enterContainers()
    let store = try context.existingStore(options.id)
    let target = try store.execTarget(options.id)
    let request = ExecRequest(process: try options.process(of: target.spec))
    request.pidFile = options.channels.pidFile
    request.consoleSocket = options.channels.consoleSocket
    request.pidfdSocket = options.channels.pidfdSocket
    request.preservedDescriptors = context.passed.count
    request.subCgroups = try SubCgroups(options.cgroups)
    request.debug = { [log = context.log] in log.stage($0) }
    if options.ignoresPause { request.options.insert(.ignoresPaused) }
    if options.isDetached {
      _ = try store.execute(request, in: target, warn: context.warn)
      return 0
    }
    try options.channels.checkForeground()
    return try executeInForeground(request, target, store, context)
  }

  private func executeInForeground(
    _ request: ExecRequest, _ target: borrowing ExecTarget, _ store: borrowing ContainerStore,
    _ context: CommandContext
  ) throws(RuntimeError) -> Int32 {
    var foreground = try Foreground([])
    request.options.insert(.relaysTerminal)
    var process = try store.execute(request, in: target, warn: context.warn)
    do {
      if let console = process.console.take() { try foreground.attach(console) }
      return try foreground.supervise(process.pidfd, pid: process.pid, context.log).shellCode
    } catch {
      // Nobody would wait for it any more.
      _ = try? process.pidfd.sendSignal(Signal.kill)
      throw error
    }
  }
}
