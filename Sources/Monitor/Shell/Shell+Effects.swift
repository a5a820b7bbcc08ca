// Performing what the machine says.

import Linux

extension Shell {
  mutating func perform(_ effect: Effect) {
    switch effect {
    case .readPid: readPid()
    case .answer(let value): sync.answer(value)
    case .answerFailure(let reason): answerFailure([UInt8](reason.utf8))
    case .answerRuntimeFailure(let reason): answerFailure(runtimeWords() ?? [UInt8](reason.utf8))
    case .watch(let pid): watch(pid)
    case .open(let kind): open(kind)
    case .close(let kind), .abandon(let kind): finish(kind, drains: false)
    case .drain(let kind): finish(kind, drains: true)
    case .setWindowSize(let size): setWindowSize(size)
    case .reopenLog: log.reopen()
    case .admitClient: attach.admit(&epoll)
    case .closeInput: input.close()
    case .signalRuntime(let signal): try? runtime.pidfd.sendSignal(signal)
    case .signalContainer(let signal): try? containerPidfd.sendSignal(signal)
    default: performAtTheEnd(effect)
    }
  }

  private mutating func performAtTheEnd(_ effect: Effect) {
    switch effect {
    case .killContainer: killContainer()
    case .writeOOMFiles: writeOOMFiles()
    case .recheckMemory: if memory.hasRunOut() { writeOOMFiles() }
    case .finishLog:
      log.finish()
      if refusedLines > 1 { messages.warn("\(refusedLines) lines on the control fifos could not be followed") }
    case .closeInherited:
      inherited.closeAll()
      // A client that was never let in would see an error in place of the end.
      attach.admit(&epoll)
      attach.closeServed()
    case .writeExitFiles(let code): writeExitFiles(code)
    case .closeClients: attach.close(&epoll)
    case .removeLinks: removeLinks()
    case .runExitCommand:
      if options.exitCommand != nil { letGo() }
      exitCommandCode = ExitCommand.run(options, oomScore: oomScore)
    case .end(let code): exitNow(exitCommandCode == 0 ? code & 0xff : exitCommandCode)
    default: break
    }
  }

  // MARK: Birth

  private mutating func readPid() {
    do {
      let bytes = try Descriptor.workingDirectory.readFile(options.containerPidFile, limit: 64)
      let digits = bytes.prefix { $0 >= 48 && $0 <= 57 }
      guard let pid = Int32(String(decoding: digits, as: UTF8.self)), pid > 0 else {
        handle(.pidMissing("the pid file '" + options.containerPidFile + "' holds no pid"))
        return
      }
      handle(.pidRead(pid))
    } catch {
      handle(.pidMissing("reading the pid file: " + error.message))
    }
  }

  private mutating func answerFailure(_ reason: [UInt8]) {
    messages.error(String(decoding: reason, as: UTF8.self))
    sync.answer(-1, message: reason)
  }

  /// What the runtime wrote to stderr, nil when it said nothing.
  private mutating func runtimeWords() -> [UInt8]? {
    stderr.isReady = stderr.isOpen
    stderr.absorb()
    return stderr.tail == 0 ? nil : stderr.bytes.bytes(0..<min(stderr.tail, SyncMessage.longestMessage))
  }

  private mutating func watch(_ pid: Int32) {
    containerPid = pid
    giveBackLater()
    do {
      containerPidfd = try openPidfd(pid)
      try epoll.add(containerPidfd, [.readable, .edge], token: Source.container.rawValue)
    } catch {
      // Gone already, and not ours to ask: nobody will tell how it ended.
      messages.warn("watching the container: " + error.message)
      isContainerLost = true
      return
    }
    do {
      try memory.begin(pid: pid, &epoll, token: Source.memory.rawValue)
    } catch {
      messages.warn("watching the memory of the container: " + error.message)
    }
    if options.timeoutSeconds > 0 {
      timers.timeout = Moment.monotonic().adding(milliseconds: options.timeoutSeconds * 1000)
    }
  }

  private mutating func open(_ kind: OutputKind) {
    // Who has connected before the container was started gets its first word.
    attach.admit(&epoll)
    do {
      switch kind {
      case .stdout: try stdout.watch(&epoll, token: Source.stdout.rawValue)
      case .stderr:
        try stderr.watch(&epoll, token: Source.stderr.rawValue)
        handOnAhead()
      }
    } catch {
      handle(.outputEnded(kind))
    }
  }

  private func setWindowSize(_ size: WindowSize) {
    do {
      try stdout.setWindowSize(size)
    } catch {
      messages.warn("resizing the terminal: " + error.message)
    }
  }

  // MARK: Death

  /// Everything that the container started in its session; group 1 would stand for all processes there are.
  private func killContainer() {
    if let group = processGroup(of: containerPid), group > 1 {
      try? sendSignal(Signal.kill, toGroup: group)
    } else {
      try? containerPidfd.sendSignal(Signal.kill)
    }
    // A zombie keeps its pid namespace from ending, so nobody should have to wait for us to leave it to others.
    var entries = [PollEntry(containerPidfd.number, .readable)]
    _ = try? poll(&entries, timeoutMilliseconds: 1000)
    while (try? reapAnyChild()) != nil {}
  }

  private mutating func writeOOMFiles() {
    if hasMarkedMemory { return }
    hasMarkedMemory = true
    for directory in [options.persistDirectory, options.bundle] {
      guard let directory, !directory.isEmpty else { continue }
      do {
        try ExitFile.mark(directory + "/oom")
      } catch {
        messages.warn("telling that memory ran out: " + error.message)
      }
    }
  }

  private func writeExitFiles(_ code: Int32) {
    if let directory = options.persistDirectory { write("\(code)", to: directory + "/exit") }
    // A daemon may watch this directory for the exits of all its containers.
    if let directory = options.exitDirectory { write("\(code)", to: directory + "/" + options.containerID) }
  }

  private func write(_ text: String, to path: String) {
    do {
      try ExitFile.write(text, to: path)
    } catch {
      messages.error("writing the exit file: " + error.message)
    }
  }

  /// Closes all that the container had: the exit command may be minutes away.
  private mutating func letGo() {
    stdout.close()
    stderr.close()
    input.close()
    log.close()
    _ = sync.take()
    control = ControlFifo()
    windowSize = ControlFifo()
    memory = MemoryWatch()
    notify = NotifyProxy(messages)
    runtime = RuntimeProcess()
    containerPidfd = .absent
    giveBackMemory()
  }

  private mutating func removeLinks() {
    console.closeListener()
    if let link { try? Descriptor.workingDirectory.removeFile(link) }
  }
}
