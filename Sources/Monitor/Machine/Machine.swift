// The life of one monitored container as a pure function from events to effects.

import Linux

/// The life of one monitored container: a value that turns each event into the effects which the shell performs. It
/// holds every rule about what follows what; the bytes of the outputs pass it by.
public struct Machine: Sendable {
  /// The phrase that CRI-O compares.
  public static let timeoutMessage = "command timed out"

  /// What of the command line decides about the order of things.
  public struct Conditions: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let exec = Conditions(rawValue: 1)
    /// The pid is not told, only the exit code (the exec of callers without `--api-version`).
    public static let silentAboutPid = Conditions(rawValue: 2)
    public static let terminal = Conditions(rawValue: 4)
    /// A stdin that ends with the first client that ends its side.
    public static let closesInput = Conditions(rawValue: 8)
    /// Nothing of the outputs comes here.
    public static let passthrough = Conditions(rawValue: 16)
  }

  public let conditions: Conditions
  public private(set) var phase = Phase.creating
  private var isTerminalHere = false
  private var isInputOpen = true
  private var hasExhaustedMemory = false
  private var openOutputs: [OutputKind] = []
  /// The size asked for before there was a terminal.
  private var waitingSize: WindowSize?
  /// A signal that came between the runtime's end and the reading of the pid.
  private var waitingSignal: Int32?

  public init(_ conditions: Conditions) { self.conditions = conditions }

  public mutating func handle(_ event: Event) -> [Effect] {
    switch phase {
    case .creating: creating(event)
    case .starting: starting(event)
    case .running: running(event)
    case .ended: []
    }
  }
}

// MARK: - Phases

extension Machine {
  private mutating func creating(_ event: Event) -> [Effect] {
    switch event {
    case .runtimeExited(let status): runtimeExited(status)
    case .signalled(let signal): [.signalRuntime(signal)]
    case .failed(let reason): fail([.signalRuntime(Signal.kill), .answerFailure(reason)])
    default: always(event)
    }
  }

  private mutating func starting(_ event: Event) -> [Effect] {
    switch event {
    case .pidRead(let pid): return run(pid)
    case .pidMissing(let reason): return fail([.answerRuntimeFailure(reason)])
    case .failed(let reason): return fail([.answerFailure(reason)])
    case .signalled(let signal):
      waitingSignal = signal
      return []
    default: return always(event)
    }
  }

  private mutating func running(_ event: Event) -> [Effect] {
    switch event {
    case .containerExited(let code): return end(code: code)
    case .timedOut: return endByTimeout()
    case .signalled(let signal): return [.signalContainer(signal)]
    case .outputEnded(let kind):
      guard let index = openOutputs.firstIndex(of: kind) else { return [] }
      openOutputs.remove(at: index)
      return [.close(kind)]
    case .memoryExhausted:
      if hasExhaustedMemory { return [] }
      hasExhaustedMemory = true
      return [.writeOOMFiles]
    // The container lives on: whatever broke is told in the monitor's messages by those who noticed.
    case .failed: return []
    default: return always(event)
    }
  }

  /// What means the same whether the container's process is there or not yet.
  private mutating func always(_ event: Event) -> [Effect] {
    switch event {
    case .terminalReceived:
      isTerminalHere = true
      let size = waitingSize
      waitingSize = nil
      return size.map { [.setWindowSize($0)] } ?? []
    case .resizeAsked(let size):
      if isTerminalHere { return [.setWindowSize(size)] }
      if conditions.contains(.terminal) { waitingSize = size }
      return []
    case .reopenAsked: return [.reopenLog]
    case .clientArrived: return [.admitClient]
    case .clientClosedInput:
      if !isInputOpen || !conditions.contains(.closesInput) { return [] }
      isInputOpen = false
      return [.closeInput]
    default: return []
    }
  }
}

// MARK: - Transitions

extension Machine {
  /// An exec's runtime may hand on the code of the command: whether it failed itself, only the pid file tells.
  private mutating func runtimeExited(_ status: ExitStatus) -> [Effect] {
    let isExec = conditions.contains(.exec)
    if !isExec && status != .exited(0) {
      return fail([.answerRuntimeFailure("the runtime ended with status \(status.shellCode)")])
    }
    if conditions.contains(.terminal) && !isTerminalHere && status == .exited(0) {
      return fail([.answerFailure("Runtime did not set up terminal")])
    }
    phase = .starting
    return [.readPid]
  }

  private mutating func run(_ pid: Int32) -> [Effect] {
    phase = .running
    // Watched before anybody knows of it: the caller starts it at once, and it may run out of memory at once.
    var effects: [Effect] = [.watch(pid: pid)]
    if !conditions.contains(.silentAboutPid) { effects.append(.answer(pid)) }
    if !conditions.contains(.passthrough) {
      openOutputs = OutputKind.allCases
      for kind in openOutputs { effects.append(.open(kind)) }
    }
    if let signal = waitingSignal { effects.append(.signalContainer(signal)) }
    return effects
  }

  /// Without a container there is no exit file; the answer is what the caller waits for.
  private mutating func fail(_ answer: [Effect]) -> [Effect] {
    phase = .ended
    return answer + [.finishLog, .closeInherited, .closeClients, .removeLinks, .runExitCommand, .end(1)]
  }

  /// Memory is looked at while the cgroup is still there; the outputs are emptied before anybody learns of the end; the
  /// caller's ports are free again when it does.
  private mutating func end(code: Int32) -> [Effect] {
    phase = .ended
    var effects: [Effect] = [.recheckMemory]
    for kind in openOutputs { effects.append(.drain(kind)) }
    effects += [.finishLog, .closeInherited, .writeExitFiles(code)]
    if conditions.contains(.exec) { effects.append(.answer(code)) }
    return effects + [.closeClients, .removeLinks, .runExitCommand, .end(code)]
  }

  /// After a timeout nothing is read any more: what is killed may go on writing for ever.
  private mutating func endByTimeout() -> [Effect] {
    phase = .ended
    var effects: [Effect] = [.recheckMemory]
    for kind in openOutputs { effects.append(.abandon(kind)) }
    effects += [.finishLog, .killContainer, .closeInherited, .writeExitFiles(-1)]
    if conditions.contains(.exec) { effects.append(.answerFailure(Machine.timeoutMessage)) }
    return effects + [.closeClients, .removeLinks, .runExitCommand, .end(-1)]
  }
}
