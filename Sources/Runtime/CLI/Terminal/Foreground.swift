// Waits for a process in the foreground: its terminal, its signals, its end.

internal import Linux

/// What a command in the foreground takes care of.
struct ForegroundDuties: OptionSet, Sendable {
  let rawValue: UInt8

  /// Processes that lose their parent become our children (PR_SET_CHILD_SUBREAPER), and are reaped.
  static let orphans = ForegroundDuties(rawValue: 1)
}

/// A command in the foreground: made before the process is, so that nothing that happens meanwhile is lost.
struct Foreground: ~Copyable {
  private let duties: ForegroundDuties
  private let signals: ForegroundSignals
  private var relay: TerminalRelay?
  private var status: ExitStatus?
  /// What the container tells of its readiness; nil when it cannot, or has.
  var readiness: NotifySocket?

  /// Blocks all signals from here on.
  init(_ duties: ForegroundDuties) throws(RuntimeError) {
    let received = try doing("receive signals") { () throws(SystemCallError) -> ForegroundSignals in
      try ForegroundSignals()
    }
    if duties.contains(.orphans) {
      try doing("adopt orphans") { () throws(SystemCallError) in try ProcessControl.setChildSubreaper(true) }
    }
    self.duties = duties
    signals = received
  }

  /// With terminals and streams that are none of the caller's.
  init(signals: consuming ForegroundSignals, relay: consuming TerminalRelay?) {
    duties = []
    self.signals = signals
    self.relay = relay
  }

  /// Joins the terminal of the container to the caller's: from now on the caller's keys belong to the container.
  mutating func attach(_ console: consuming Descriptor) throws(RuntimeError) {
    let terminal = try ForegroundTerminal.find()
    do {
      relay = TerminalRelay(
        console: console, terminal: terminal,
        input: try StandardStream.input.duplicate(), output: try StandardStream.output.duplicate())
    } catch {
      throw .systemCall(doing: "join the terminal", error)
    }
    try begin()
  }

  /// Lets the relay take over the terminals.
  mutating func begin() throws(RuntimeError) {
    do { try relay?.begin() } catch { throw .systemCall(doing: "join the terminal", error) }
  }

  /// Waits for the end of a child, passing on what goes in and out, and all signals.
  /// - Parameters:
  ///   - process: the pidfd of the child.
  ///   - pid: its number.
  ///   - log: gets a debug message for each signal, and for the end.
  /// - Returns: how it ended, once its output is written.
  mutating func supervise(
    _ process: borrowing Descriptor, pid: Int32, _ log: Log
  ) throws(RuntimeError) -> ExitStatus {
    do {
      while true {
        var entries = [PollEntry(signals.queue.number, .readable), PollEntry(process.number, .readable)]
        entries.append(PollEntry(readinessNumber, .readable))
        if let more = relay?.entries { entries.append(contentsOf: more) }
        try poll(&entries)
        if entries.count > 3 { relay?.serve(entries[3...]) }
        if !entries[2].returned.isEmpty { passReadiness(log) }
        if !entries[0].returned.isEmpty { try handleSignals(process, log) }
        try reap(process, pid: pid)
        if let status {
          log.debug(joined(["process ", decimal(Int(pid)), " ended: exit code ", decimal(Int(status.shellCode))]))
          try finishOutput()
          return status
        }
      }
    } catch {
      throw .systemCall(doing: "wait for the process", error)
    }
  }

  /// -1 without one.
  private var readinessNumber: Int32 {
    switch readiness {
    case .some(let socket): return socket.socket.number
    case .none: return -1
    }
  }

  /// We are the main process of the service, and outlive the message.
  private mutating func passReadiness(_ log: Log) {
    guard let socket = readiness.take() else { return }
    do {
      if try !socket.relay(mainPid: currentProcessID(), waits: false) { readiness = .some(socket) }
    } catch {
      log.warning("telling that the container is ready: " + error.message)
    }
  }

  private mutating func handleSignals(_ process: borrowing Descriptor, _ log: Log) throws(SystemCallError) {
    while let signal = try signals.next() {
      switch ForegroundSignals.meaning(of: signal) {
      case .forward(let number):
        log.debug("forwarding signal " + decimal(Int(number)))
        // It may have ended just now.
        do { try process.sendSignal(number) } catch {}
      case .resize: relay?.passSize()
      case .childEnded, .none: break
      }
    }
  }

  /// Takes the exit statuses of children that ended; signals of several of them may have become one.
  private mutating func reap(_ process: borrowing Descriptor, pid: Int32) throws(SystemCallError) {
    if duties.contains(.orphans) {
      while let child = try reapAnyChild() {
        if child.pid == pid { status = child.status }
      }
    }
    if status == nil { status = try process.waitForExit(noHang: true) }
  }

  /// Writes out what the process left behind in its terminal. A signal to end ends this too: the reader may be stuck.
  private mutating func finishOutput() throws(SystemCallError) {
    while relay?.hasMore() ?? false {
      var entries = [PollEntry(signals.queue.number, .readable)]
      if let more = relay?.entries { entries.append(contentsOf: more) }
      try poll(&entries)
      relay?.serve(entries[1...])
      while let signal = try signals.next() {
        if ForegroundSignals.ending.contains(signal) { return }
      }
    }
  }
}
