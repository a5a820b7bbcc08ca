// What can happen to a monitored container.

public import Linux

/// What can happen to a monitored container.
public enum Event: Equatable, Sendable {
  /// The runtime's command has ended.
  case runtimeExited(ExitStatus)
  /// The pid file names the container's process.
  case pidRead(Int32)
  /// There is no pid file, or nothing useful in it.
  case pidMissing(String)
  /// The container's process has ended with this code, 0...255.
  case containerExited(Int32)
  /// The runtime has handed over the terminal.
  case terminalReceived
  /// An output has been read to its end.
  case outputEnded(OutputKind)
  /// The time of `--timeout` is over.
  case timedOut
  /// A signal for the container reached the monitor.
  case signalled(Int32)
  case resizeAsked(WindowSize)
  case reopenAsked
  case clientArrived
  /// A client will write no more.
  case clientClosedInput
  /// The memory limit has been hit.
  case memoryExhausted
  /// A part of the monitor without which the container cannot be served has failed.
  case failed(String)
}
