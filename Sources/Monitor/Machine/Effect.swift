// What the shell is to do.

public import Linux

/// What the shell is to do, in the order in which it is asked.
public enum Effect: Equatable, Sendable {
  /// Read the pid file; answered by `pidRead` or `pidMissing`.
  case readPid
  /// Tell the caller a number: the pid, or an exit code.
  case answer(Int32)
  /// Tell the caller -1 with the sentence.
  case answerFailure(String)
  /// Tell the caller -1 with what the runtime wrote to stderr, else with the sentence.
  case answerRuntimeFailure(String)
  /// Watch the container's process, its memory and its time.
  case watch(pid: Int32)
  /// Begin to read an output.
  case open(OutputKind)
  /// An output has ended: write what is left of its last line, close it.
  case close(OutputKind)
  /// Read what is in an output now, to the log and to the clients, then as `close`.
  case drain(OutputKind)
  /// Close an output unread.
  case abandon(OutputKind)
  case setWindowSize(WindowSize)
  case reopenLog
  case admitClient
  case closeInput
  case signalRuntime(Int32)
  case signalContainer(Int32)
  /// Kill the container's process group.
  case killContainer
  case writeOOMFiles
  /// Look once more whether the memory limit was hit, and write the files if so.
  case recheckMemory
  /// Bring the log to the disk and close it.
  case finishLog
  /// Close what the caller left open in us, and the attach socket.
  case closeInherited
  case writeExitFiles(Int32)
  /// Let the clients that read have the rest of the output, then close them.
  case closeClients
  case removeLinks
  case runExitCommand
  /// End the monitor with this code.
  case end(Int32)
}
