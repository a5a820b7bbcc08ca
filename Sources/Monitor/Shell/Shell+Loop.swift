// The event loop.

import Linux

extension Shell {
  /// Waits and acts until the machine says that this is the end; the process ends with its last effect.
  mutating func run() -> Int32 {
    while machine.phase != .ended {
      let now = Moment.monotonic()
      let limits = (stdout.limitOver, stderr.limitOver)
      let wait: Int32 = hasWork ? 0 : timers.wait(now, patience: attach.hold(now), limits: limits)
      do {
        if timers.isIdle {
          try epoll.waitIdle(timeoutMilliseconds: wait)
        } else {
          try epoll.wait(timeoutMilliseconds: wait)
        }
      } catch {
        // Nothing but a broken descriptor of our own can cause it; going on blindly would lose the container's end.
        handle(.failed("waiting for events: " + error.message))
      }
      while let event = epoll.next() { dispatch(event) }
      serveInput()
      readOutputs()
      checkTime()
    }
    return 1
  }

  mutating func handle(_ event: Event) {
    for effect in machine.handle(event) { perform(effect) }
    if isContainerLost && machine.phase == .running {
      isContainerLost = false
      handle(.containerExited(255))
    }
  }

  private mutating func dispatch(_ event: EpollEvent) {
    guard let source = Source(rawValue: event.token) else {
      attach.note(event)
      attach.catchUp(&epoll)
      return
    }
    switch source {
    case .signals: takeSignals()
    case .runtime: runtimeEnded()
    case .container: containerEnded()
    case .stdout: Shell.note(event, &stdout)
    case .stderr: Shell.note(event, &stderr)
    case .input: input.flush()
    case .console: receiveTerminal()
    case .attach: handle(.clientArrived)
    case .control: takeCommands()
    case .windowSize: takeSizes()
    case .memory: checkMemory()
    case .notify: notify.relay()
    }
  }

  private static func note(_ event: EpollEvent, _ stream: inout OutputStream) {
    stream.isReady = true
    if event.events.contains(.hungUp) { stream.isHungUp = true }
  }

  // MARK: Processes

  private mutating func takeSignals() {
    while let signal = try? signals.nextSignal() {
      if signal == Signal.child { reap() } else { handle(.signalled(signal)) }
    }
  }

  /// Takes the ends of children. Before the container's pid is known nobody is taken, so that its end is not missed.
  mutating func reap() {
    while machine.phase == .running, let child = try? reapAnyChild() {
      if child.pid == containerPid { handle(.containerExited(child.status.shellCode)) }
    }
  }

  private mutating func runtimeEnded() {
    guard runtime.pidfd.isOpen, let status = try? runtime.pidfd.waitForExit(noHang: true) else { return }
    // The terminal was sent before the runtime ended, but its events may come in any order.
    receiveTerminal()
    handle(.runtimeExited(status))
  }

  private mutating func containerEnded() {
    do {
      if let status = try containerPidfd.waitForExit(noHang: true) { handle(.containerExited(status.shellCode)) }
    } catch {
      handle(.containerExited(codeOfStranger()))
    }
  }

  /// The code of a process that is no child of ours: newer kernels keep it for its pidfd, once its parent has taken it,
  /// which a hang-up tells. A parent that takes its time, or an older kernel, leaves nothing to be known.
  private func codeOfStranger() -> Int32 {
    var entries = [PollEntry(containerPidfd.number, [])]
    _ = try? poll(&entries, timeoutMilliseconds: 1000)
    return (try? containerPidfd.exitStatusOfStranger())?.shellCode ?? 255
  }

  // MARK: Terminal and commands

  private mutating func receiveTerminal() {
    do {
      let terminal = try console.receive(&epoll, token: Source.console.rawValue)
      if !terminal.isOpen { return }
      try input.open(try terminal.duplicate(), &epoll, token: Source.input.rawValue)
      try stdout.open(terminal, isTerminal: true)
      try windowSize.watch(&epoll, token: Source.windowSize.rawValue)
      handle(.terminalReceived)
    } catch {
      handle(.failed("receiving the terminal: " + error.message))
    }
  }

  private mutating func takeCommands() {
    let taken = control.take()
    if taken.hasSkipped { refuse("a line on the control fifo is too long") }
    for line in taken.lines { follow(ControlLine.parse(line[...])) }
  }

  private mutating func takeSizes() {
    for line in windowSize.take().lines { follow(ControlLine.parseSize(line[...])) }
  }

  private mutating func follow(_ line: ControlLine) {
    switch line {
    case .resize(let size): handle(.resizeAsked(size))
    case .reopenLog: handle(.reopenAsked)
    case .invalid(let reason): refuse(reason)
    }
  }

  /// Whoever may write to the fifos could fill the host's logs with our complaints: the first is told, the rest are
  /// counted.
  private mutating func refuse(_ reason: String) {
    if refusedLines == 0 { messages.warn(reason) }
    refusedLines += 1
  }

  private mutating func checkMemory() {
    if memory.hasRunOut() { handle(.memoryExhausted) }
  }

  // MARK: Time

  private mutating func checkTime() {
    let now = Moment.monotonic()
    if Timers.isOver(timers.timeout, now) {
      timers.timeout = nil
      handle(.timedOut)
    }
    if let left = attach.hold(now), left == 0 { attach.judge(now) }
    if Timers.isOver(stdout.limitOver, now) { stdout.limitOver = nil }
    if Timers.isOver(stderr.limitOver, now) { stderr.limitOver = nil }
    if Timers.isOver(timers.giveBack, now) {
      // In the middle of a burst the memory would be back at once.
      if hasWork { giveBackLater() } else { giveBackMemory() }
    }
  }

  /// Gives back what the last burst, or the start, has left behind.
  mutating func giveBackMemory() {
    timers.giveBack = nil
    timers.isIdle = true
    stdout.giveBackMemory()
    stderr.giveBackMemory()
    log.giveBackMemory()
    input.giveBackMemory()
  }

  mutating func giveBackLater() {
    timers.giveBack = Moment.monotonic().adding(milliseconds: 1000)
    timers.isIdle = false
  }
}
