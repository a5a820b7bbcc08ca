// The monitor's way from the caller's child to a process of its own.

import Linux

/// The monitor's way from the caller's child to a process of its own. Whatever fails on it is answered on the sync
/// pipe.
struct Birth {
  private let options: Options
  private var inherited: InheritedDescriptors
  private let messages: Messages
  private var oomScore: String?

  init(_ options: Options, _ inherited: InheritedDescriptors) {
    self.options = options
    self.inherited = inherited
    messages = Messages(
      level: options.level, containerID: options.containerID, usesSyslog: options.switches.contains(.syslog))
  }

  /// Returns the exit code of the caller's child; the monitor itself does not return.
  mutating func run() -> Int32 {
    var sync = SyncPipe(.absent, key: options.answerKey)
    do {
      sync = SyncPipe(try take("_OCI_SYNCPIPE"), key: options.answerKey)
      return try run(&sync)
    } catch {
      messages.error(error.message)
      sync.answer(-1, message: [UInt8](error.message.utf8))
      return 1
    }
  }

  private mutating func run(_ sync: inout SyncPipe) throws(BirthError) -> Int32 {
    setFileModeMask(0o022)
    if options.switches.contains(.noContainerPartialMessage) && !options.log.usesJournal {
      messages.warn("--no-container-partial-message has no effect without journald log driver")
    }
    let log = try openLog()
    oomScore = OOMScore.protect()
    let signals = try blockSignals()
    let start = try take("_OCI_STARTPIPE")
    try wait(start, signals)
    if !options.switches.contains(.sync), let code = try daemonize() { return code }
    let attachPipe = try takeAttachPipe()
    var shell = try makeShell(log, signals)
    shell.sync = sync.take()
    shell.inherited = inherited
    do {
      try shell.begin(start: start, attachPipe: attachPipe)
    } catch {
      shell.handle(.failed("preparing the container: " + error.message))
    }
    _ = consume start
    return shell.run()
  }

  // MARK: Steps

  private func openLog() throws(BirthError) -> OutputLog {
    do {
      return try OutputLog(options, messages)
    } catch {
      throw .call(doing: "Failed to open log file", error)
    }
  }

  private mutating func take(_ variable: String) throws(BirthError) -> Descriptor {
    do {
      return try inherited.take(variable)
    } catch {
      throw .call(doing: "taking over a pipe of the caller", error)
    }
  }

  private mutating func takeAttachPipe() throws(BirthError) -> Descriptor {
    if !options.switches.contains(.execAttach) { return .absent }
    let pipe = try take("_OCI_ATTACHPIPE")
    if !pipe.isOpen { throw .refused("--attach specified but _OCI_ATTACHPIPE was not") }
    return pipe
  }

  /// Every signal waits to be read: none interrupts us, and a closed pipe is an error of the call that meets it.
  private func blockSignals() throws(BirthError) -> Descriptor {
    do {
      try setSignalMask(.all)
      return try openSignals(SignalSet([Signal.child, Signal.terminate, Signal.interrupt, Signal.quit]))
    } catch {
      throw .call(doing: "blocking signals", error)
    }
  }

  /// Until the caller says so nothing is started, so that it can move us to a cgroup of its choice.
  private func wait(_ start: borrowing Descriptor, _ signals: borrowing Descriptor) throws(BirthError) {
    if !start.isOpen { return }
    let mayGoOn: Bool
    do {
      mayGoOn = try StartPipe.wait(start, signals: signals)
    } catch {
      throw .call(doing: "start-pipe read failed", error)
    }
    if !mayGoOn { throw .refused("ended by a signal before the start") }
  }

  /// Goes on in a child, which loses its connection to the caller's session and streams.
  /// - Returns: in the caller's child its exit code, nil in the monitor.
  private func daemonize() throws(BirthError) -> Int32? {
    do throws(SystemCallError) {
      let child = try clone()
      if child.isChild { return nil }
      // The caller's child: its end tells the caller that the pid file is there.
      guard let path = options.monitorPidFile else { return 0 }
      do throws(SystemCallError) {
        try ExitFile.write("\(child.pid)", to: path)
      } catch {
        // The caller is told that there is no monitor, so there must be none; its runtime dies with it.
        try? child.pidfd.sendSignal(Signal.kill)
        throw error
      }
      return 0
    } catch {
      throw .call(doing: "becoming a daemon", error)
    }
  }

  private func makeShell(
    _ log: consuming OutputLog, _ signals: consuming Descriptor
  ) throws(BirthError) -> Shell {
    do {
      if !options.log.isPassthrough { try Shell.silence() }
      // The leader of a session already is on its own.
      try? beginSession()
      try ProcessControl.setChildSubreaper(true)
      return try Shell(options, messages, log: log, signals: signals, oomScore: oomScore)
    } catch {
      throw .call(doing: "preparing the monitor", error)
    }
  }
}

extension Birth {
  /// Answers a caller whose command line could not be followed, as far as it can be understood.
  static func answerRefusal(_ words: [String], _ inherited: InheritedDescriptors, _ reason: String) {
    var inherited = inherited
    var options = Options()
    if words.containsExactly("--api-version") { options.switches.insert(.apiVersion) }
    if words.containsExactly("--exec") || words.containsExactly("-e") { options.switches.insert(.exec) }
    guard let pipe = try? inherited.take("_OCI_SYNCPIPE") else { return }
    var sync = SyncPipe(pipe, key: options.answerKey)
    sync.answer(-1, message: [UInt8](reason.utf8))
  }
}
