// The terminal that a command in the foreground was called from.

internal import Linux

/// The terminal that a command in the foreground was called from. Its mode is given back when this value ends.
struct ForegroundTerminal: ~Copyable {
  private let terminal: Descriptor
  private var formerMode: TerminalMode?

  /// The first of standard error, output and input that is a terminal, as any may be redirected; else the controlling
  /// one.
  static func find() throws(RuntimeError) -> ForegroundTerminal {
    for stream in [StandardStream.error, .output, .input] where stream.isTerminal {
      return ForegroundTerminal(
        terminal: try doing("use the terminal of the caller") { () throws(SystemCallError) -> Descriptor in
          try stream.duplicate()
        })
    }
    return ForegroundTerminal(
      terminal: try doing("find a terminal for the foreground") { () throws(SystemCallError) -> Descriptor in
        try Descriptor.workingDirectory.open("/dev/tty", [.readWrite, .noControllingTerminal])
      })
  }

  /// Throws when there is none: before a process is made that needs one.
  static func check() throws(RuntimeError) { _ = try find() }

  init(terminal: consuming Descriptor) { self.terminal = terminal }

  /// Passes every key on as it is.
  mutating func makeRaw() throws(SystemCallError) {
    let mode = try terminal.terminalMode()
    var raw = mode
    raw.makeRaw()
    try terminal.setTerminalMode(raw)
    formerMode = mode
  }

  /// Gives the container's terminal the size of this one.
  borrowing func passSize(to console: borrowing Descriptor) {
    // Either may have hung up by now; the size is then of no use to anyone.
    do { try console.setWindowSize(try terminal.windowSize()) } catch {}
  }

  deinit {
    guard let formerMode else { return }
    // A terminal that hung up needs its mode no more.
    do { try terminal.setTerminalMode(formerMode) } catch {}
  }
}
