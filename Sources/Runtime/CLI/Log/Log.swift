// The log of one command.

import Linux

/// The log of one command: standard error, or a file that other commands append to as well. A class, so that the
/// operations can be handed a closure that writes a warning.
public final class Log {
  private let format: LogFormat
  private let isDebug: Bool
  private let file: Descriptor?

  /// A log on standard error.
  init(_ format: LogFormat = .text) {
    self.format = format
    isDebug = false
    file = nil
  }

  /// Opens the file of `--log`, if one is given.
  init(_ options: GlobalOptions) throws(RuntimeError) {
    format = options.logFormat
    isDebug = options.isDebug
    file = try Log.open(options.logFile)
  }

  private static func open(_ path: String?) throws(RuntimeError) -> Descriptor? {
    guard let path else { return nil }
    return try doing("open the log") { () throws(SystemCallError) -> Descriptor in
      try Descriptor.workingDirectory.open(path, [.writeOnly, .append, .create, .noControllingTerminal], mode: 0o644)
    }
  }

  public func debug(_ message: @autoclosure () -> String) {
    if isDebug { write(.debug, message()) }
  }

  /// What is being done, in words that users of runc look for. Out of line and of text that costs nothing to make.
  @inline(never)
  func stage(_ message: String) {
    if isDebug { write(.debug, message) }
  }

  public func warning(_ message: String) { write(.warning, message) }

  /// The reason why the command fails; also on standard error when the log is a file.
  public func failure(_ message: String) {
    write(.error, message)
    if file != nil { StandardStream.error.tryWriteLine(message) }
  }

  /// A failure that the container shows itself, on its standard error: ours or relayed by us.
  func shownFailure(_ message: String) {
    if file != nil { write(.error, message) }
  }

  private func write(_ level: LogLevel, _ message: String) {
    let time = Timestamp.seconds(Moment.now())
    // One write per line: O_APPEND keeps lines of several writers whole.
    let line = LogLine(level: level, message: message, time: time).formatted(format)
    if file == nil { StandardStream.error.tryWrite(line) }
    // A full disk must not change what the command does.
    do { try file?.writeAll(line) } catch {}
  }
}
