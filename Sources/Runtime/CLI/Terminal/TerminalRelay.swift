// Carries bytes between the caller's streams and the terminal of a container.

internal import Linux

/// Carries bytes between the caller's streams and the master of a container's terminal, without ever waiting in a read
/// or write: the caller's streams are shared with other processes, so they stay blocking and are used only when poll(2)
/// says so, and the master is ours and made non-blocking.
struct TerminalRelay: ~Copyable {
  /// PIPE_BUF: what a pipe that is writable takes without blocking.
  private static let safeWrite = 4096

  private let console: Descriptor
  private var terminal: ForegroundTerminal
  private let input: Descriptor
  private let output: Descriptor
  private var toConsole = RelayBuffer(size: 4096)
  private var fromConsole = RelayBuffer(size: 8192)
  private var inputEnded = false
  private var consoleEnded = false
  /// Nobody reads our output any more; the container's is still taken off the terminal, so that it never blocks.
  private var outputEnded = false

  /// - Parameters:
  ///   - console: the master of the container's terminal.
  ///   - terminal: the one of the caller.
  ///   - input: where the caller's keys come from.
  ///   - output: where the container's output goes.
  init(
    console: consuming Descriptor, terminal: consuming ForegroundTerminal, input: consuming Descriptor,
    output: consuming Descriptor
  ) {
    self.console = console
    self.terminal = terminal
    self.input = input
    self.output = output
  }

  /// Prepares both terminals; the caller's gets its mode back when this value ends.
  mutating func begin() throws(SystemCallError) {
    // The caller's terminal adds the carriage returns; twice would be one too many.
    var mode = try console.terminalMode()
    mode.clearCarriageReturns()
    try console.setTerminalMode(mode)
    try console.setNonBlocking(true)
    passSize()
    try terminal.makeRaw()
  }

  /// Gives the container's terminal the size of the caller's.
  borrowing func passSize() { terminal.passSize(to: console) }

  /// What to wait for: input, console and output, in this order. An entry without events has a negative number, as a
  /// descriptor that hung up would end every wait at once.
  var entries: [PollEntry] {
    let wantsInput = !inputEnded && !consoleEnded && toConsole.isEmpty
    var consoleEvents: PollEvents = []
    if fromConsole.isEmpty { consoleEvents.insert(.readable) }
    if !toConsole.isEmpty { consoleEvents.insert(.writable) }
    let wantsConsole = !consoleEnded && !consoleEvents.isEmpty
    return [
      PollEntry(wantsInput ? input.number : -1, .readable),
      PollEntry(wantsConsole ? console.number : -1, consoleEvents),
      PollEntry(fromConsole.isEmpty ? -1 : output.number, .writable),
    ]
  }

  /// Moves what can be moved, given the entries back from a wait.
  mutating func serve(_ entries: ArraySlice<PollEntry>) {
    let first = entries.startIndex
    if entries[first].number >= 0 && !entries[first].returned.isEmpty { readInput() }
    if entries[first + 1].number >= 0 { serveConsole(entries[first + 1].returned) }
    if entries[first + 2].number >= 0 && !entries[first + 2].returned.isEmpty { writeOutput() }
  }

  /// After the end of the process: whether there is something left to write out, or to read without waiting.
  mutating func hasMore() -> Bool {
    if fromConsole.isEmpty && !consoleEnded { readConsole() }
    return !fromConsole.isEmpty
  }

  private mutating func readInput() {
    if toConsole.fill(from: input) == .ended { inputEnded = true }
  }

  private mutating func serveConsole(_ returned: PollEvents) {
    if returned.contains(.writable) && !toConsole.isEmpty {
      if toConsole.drain(to: console, limit: TerminalRelay.safeWrite) == .ended { toConsole.discard() }
    }
    // A hang-up is told by the read that follows it, behind the last bytes.
    if fromConsole.isEmpty && !returned.isDisjoint(with: [.readable, .hungUp, .failed]) { readConsole() }
  }

  private mutating func readConsole() {
    if fromConsole.fill(from: console) == .ended {
      consoleEnded = true
      toConsole.discard()
    }
    if outputEnded { fromConsole.discard() }
  }

  private mutating func writeOutput() {
    if fromConsole.drain(to: output, limit: TerminalRelay.safeWrite) == .ended {
      outputEnded = true
      fromConsole.discard()
    }
  }
}
