// Terminals: modes, sizes, pseudo terminals.

internal import CShims

/// The mode of a terminal, kept to be given back.
public struct TerminalMode: Sendable {
  var mode: apus_terminal_mode

  /// Every key passes as it is (cfmakeraw(3)), but output is still processed: a newline gets its carriage return here.
  public mutating func makeRaw() {
    // `mode` is ours, of the layout that the shim changes, here and below.
    unsafe apus_terminal_make_raw(&mode)
  }

  /// A newline on output gets a carriage return before it.
  public mutating func setCarriageReturns() {
    unsafe apus_terminal_set_onlcr(&mode)
  }

  /// A newline on output stays a newline, without a carriage return before it.
  public mutating func clearCarriageReturns() {
    unsafe apus_terminal_clear_onlcr(&mode)
  }
}

/// The size of a terminal in characters.
public struct WindowSize: Equatable, Sendable {
  public var rows: UInt16
  public var columns: UInt16
  public init(rows: UInt16, columns: UInt16) {
    self.rows = rows
    self.columns = columns
  }
}

extension Descriptor {
  /// The mode of this terminal; ENOTTY when it is none.
  @inline(never)
  public borrowing func terminalMode() throws(SystemCallError) -> TerminalMode {
    try Linux.terminalMode(number)
  }

  @inline(never)
  public borrowing func setTerminalMode(_ mode: TerminalMode) throws(SystemCallError) {
    try Linux.setTerminalMode(number, mode)
  }

  @inline(never)
  public borrowing func windowSize() throws(SystemCallError) -> WindowSize { try Linux.windowSize(number) }

  @inline(never)
  public borrowing func setWindowSize(_ size: WindowSize) throws(SystemCallError) {
    let descriptor = number
    try systemCall("ioctl", "TIOCSWINSZ", apus_window_set(descriptor, size.rows, size.columns))
  }

  /// Unlocks the other end of this pty master.
  @inline(never)
  public borrowing func unlockPeer() throws(SystemCallError) {
    let descriptor = number
    try systemCall("ioctl", "TIOCSPTLCK", apus_pty_unlock(descriptor))
  }

  /// Opens the other end of this pty master without any path (TIOCGPTPEER, kernel 4.13; CVE-2025-52565).
  @inline(never)
  public borrowing func openPeer() throws(SystemCallError) -> Descriptor {
    let descriptor = number
    let flags = Int32(OpenFlags.readWrite.union([.noControllingTerminal, .closeOnExec]).rawValue)
    return try Descriptor(openedBy: "ioctl", "TIOCGPTPEER", apus_pty_peer(descriptor, flags))
  }

  /// The number of this pty master in its devpts.
  @inline(never)
  public borrowing func ptyNumber() throws(SystemCallError) -> Int {
    let descriptor = number
    return Int(try systemCall("ioctl", "TIOCGPTN", apus_pty_number(descriptor)))
  }

  /// Makes this terminal the controlling one of a session leader.
  @inline(never)
  public borrowing func makeControllingTerminal() throws(SystemCallError) {
    let descriptor = number
    try systemCall("ioctl", "TIOCSCTTY", apus_set_controlling_terminal(descriptor))
  }
}

/// The mode of the terminal with this number, such as 0 for standard input.
@inline(never)
public func terminalMode(_ number: Int32) throws(SystemCallError) -> TerminalMode {
  var mode = apus_terminal_mode()
  // `mode` is a local of the layout that the shim fills, here and below.
  try systemCall("ioctl", "TCGETS", unsafe apus_terminal_get(number, &mode))
  return TerminalMode(mode: mode)
}

@inline(never)
public func setTerminalMode(_ number: Int32, _ mode: TerminalMode) throws(SystemCallError) {
  var copy = mode.mode
  try systemCall("ioctl", "TCSETS", unsafe apus_terminal_set(number, &copy))
}

@inline(never)
public func windowSize(_ number: Int32) throws(SystemCallError) -> WindowSize {
  var (rows, columns) = (UInt16(0), UInt16(0))
  try systemCall("ioctl", "TIOCGWINSZ", unsafe apus_window_get(number, &rows, &columns))
  return WindowSize(rows: rows, columns: columns)
}
