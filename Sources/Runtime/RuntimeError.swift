// What a command reports to its user when it fails.

public import Linux

/// What a command reports to its user when it fails: one sentence, one exit code.
public indirect enum RuntimeError: Error, Equatable, Sendable {
  /// The command line is wrong.
  case usage(String)
  /// config.json, a process file or a file of the image says something that cannot be done.
  case invalidConfiguration(String)
  case invalidContainerID(String)
  case containerExists(id: String)
  case containerDoesNotExist(id: String)
  /// The container's status does not permit the command.
  case wrongStatus(String)
  /// The kernel refused a call of the parent; `doing` says what it was for.
  case systemCall(doing: String, SystemCallError)
  /// A step of the container's own process failed; the sentence is complete.
  case setup(String)
  /// The program to execute cannot be; the phrases in it are matched by callers (126 and 127 of Podman).
  case executable(String)
  /// The host or this program lacks what is asked for.
  case unsupported(String)

  /// One sentence in lower case, without a full stop.
  public var message: String {
    switch self {
    case .usage(let text), .invalidConfiguration(let text), .invalidContainerID(let text), .wrongStatus(let text),
      .setup(let text), .executable(let text), .unsupported(let text):
      return text
    case .containerExists: return "container with given ID already exists"
    case .containerDoesNotExist: return "container does not exist"
    case .systemCall(let doing, let error): return doing + ": " + error.message
    }
  }
}

/// Performs `body`; a refused call becomes an error that says what it was for.
public func doing<T: ~Copyable>(
  _ what: String, _ body: () throws(SystemCallError) -> T
) throws(RuntimeError) -> T {
  do {
    return try body()
  } catch {
    throw .systemCall(doing: what, error)
  }
}
