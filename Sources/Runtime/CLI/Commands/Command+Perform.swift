// From the value of a command to its performance.

internal import Linux
internal import OCI

extension Command {
  /// Performs the command and returns the exit code.
  func perform(_ context: CommandContext) throws(RuntimeError) -> Int32 {
    switch self {
    case .create(let options): try performCreate(options, context)
    case .run(let options): return try performRun(options, context)
    case .exec(let options): return try performExec(options, context)
    case .start(let id):
      try context.existingStore(id).startReady(id, notifying: context.serviceManager, warn: context.warn)
    case .kill(let options): try performKill(options, context)
    case .delete(let id, let isForced): try performDelete(id, isForced: isForced, context)
    case .pause(let id): try context.existingStore(id).pause(id)
    case .resume(let id): try context.existingStore(id).resume(id)
    case .state(let id):
      let report = StateReport(try context.existingStore(id).snapshot(of: id))
      try ApusProgram.show(report.encoded(.twoSpaces))
    case .list(let format, let isQuiet): try performList(format, isQuiet: isQuiet, context)
    case .ps(let id, let format, let arguments):
      try show(try context.existingStore(id).processes(of: id), format, arguments: arguments, context)
    case .spec(let bundle, let isRootless): try performSpec(bundle: bundle, isRootless: isRootless)
    case .features: try performFeatures()
    }
    return 0
  }

  /// What stands before the reason of a failure, as callers of runc know it.
  func failurePrefix(_ program: String) -> String {
    switch self {
    case .create: return program + " create failed: "
    case .run: return program + " run failed: "
    case .exec: return program + " exec failed: "
    default: return ""
    }
  }

  /// The exit code of a failure: of `exec`, 255, as 1 could be the one of the process.
  var failureCode: Int32 {
    if case .exec = self { return 255 }
    return 1
  }

  private func performKill(_ options: KillOptions, _ context: CommandContext) throws(RuntimeError) {
    let store = try context.existingStore(options.id)
    let signal = try SignalName.number(options.signal)
    do {
      try store.kill(options.id, signal: signal, all: options.isForAll)
    } catch {
      // All of nothing is done, as runc has it.
      if error.kind == .wrongStatus && options.isForAll { return }
      throw error
    }
  }

  private func performDelete(_ id: String, isForced: Bool, _ context: CommandContext) throws(RuntimeError) {
    do {
      try context.existingStore(id).delete(id, force: isForced, warn: context.warn)
    } catch {
      if error.kind == .containerDoesNotExist && isForced { return }
      throw error
    }
  }

  private func performList(_ format: OutputFormat, isQuiet: Bool, _ context: CommandContext) throws(RuntimeError) {
    let root = try context.stateRoot()
    var reports: [StateReport] = []
    if let store = try ContainerStore.existing(path: root) {
      for id in try store.ids() {
        do throws(RuntimeError) {
          let snapshot = try store.snapshot(of: id)
          reports.append(StateReport(snapshot, owner: HostUsers.name(of: snapshot.ownerUID)))
        } catch {
          // Deleted just now, or a directory that is no container.
          if error.kind == .containerDoesNotExist { continue }
          StandardStream.error.tryWrite([UInt8](("load container " + id + ": " + error.message + "\n").utf8))
        }
      }
    } else if context.options.root != nil {
      throw .usage("open " + root + ": no such file or directory")
    }
    try show(reports, format, isQuiet: isQuiet)
  }
}

extension CommandContext {
  /// The containers, for a command that needs this one to be there: a root that is missing is not made.
  func existingStore(_ id: String) throws(RuntimeError) -> ContainerStore {
    try ContainerStore.check(id)
    guard let store = try ContainerStore.existing(path: try stateRoot()) else { throw .containerDoesNotExist(id: id) }
    return store
  }
}

extension StateReport {
  init(_ snapshot: ContainerSnapshot, owner: String = "") {
    self.init()
    id = snapshot.id
    pid = snapshot.pid
    status = snapshot.status
    bundle = snapshot.bundle
    rootfs = snapshot.rootfs
    created = Timestamp.nanoseconds(snapshot.created)
    annotations = snapshot.annotations
    self.owner = owner
  }
}
