// What a command reports to its user when it fails.

public import Linux
internal import OCI

/// What a command reports to its user when it fails: one sentence, one exit code.
/// One word and made out of line, so that the many places that throw stay short in code.
public struct RuntimeError: Error, Equatable, Sendable {
  public enum Kind: Sendable {
    case usage, invalidConfiguration, invalidContainerID, containerExists, containerDoesNotExist, wrongStatus
    case systemCall, setup, executable, unsupported
  }

  private let storage: Storage

  private final class Storage: Sendable {
    let kind: Kind
    let text: String
    let cause: SystemCallError?

    init(_ kind: Kind, _ text: String, _ cause: SystemCallError?) {
      (self.kind, self.text, self.cause) = (kind, text, cause)
    }
  }

  @inline(never)
  private init(_ kind: Kind, _ text: String, _ cause: SystemCallError? = nil) {
    storage = Storage(kind, text, cause)
  }

  public var kind: Kind { storage.kind }

  /// The command line is wrong.
  public static func usage(_ text: String) -> RuntimeError { RuntimeError(.usage, text) }

  /// config.json, a process file or a file of the image says something that cannot be done.
  public static func invalidConfiguration(_ text: String) -> RuntimeError { RuntimeError(.invalidConfiguration, text) }

  public static func invalidContainerID(_ text: String) -> RuntimeError { RuntimeError(.invalidContainerID, text) }

  public static func containerExists(id: String) -> RuntimeError { RuntimeError(.containerExists, id) }

  public static func containerDoesNotExist(id: String) -> RuntimeError { RuntimeError(.containerDoesNotExist, id) }

  /// The container's status does not permit the command.
  public static func wrongStatus(_ text: String) -> RuntimeError { RuntimeError(.wrongStatus, text) }

  /// The kernel refused a call of the parent; `doing` says what it was for.
  public static func systemCall(doing: String, _ error: SystemCallError) -> RuntimeError {
    RuntimeError(.systemCall, doing, error)
  }

  /// A step of the container's own process failed; the sentence is complete.
  public static func setup(_ text: String) -> RuntimeError { RuntimeError(.setup, text) }

  /// The program to execute cannot be; the phrases in it are matched by callers (126 and 127 of Podman).
  public static func executable(_ text: String) -> RuntimeError { RuntimeError(.executable, text) }

  /// The host or this program lacks what is asked for.
  public static func unsupported(_ text: String) -> RuntimeError { RuntimeError(.unsupported, text) }

  public static func == (left: RuntimeError, right: RuntimeError) -> Bool {
    left.kind == right.kind && sameBytes(left.storage.text, right.storage.text)
      && left.storage.cause == right.storage.cause
  }

  /// One sentence in lower case, without a full stop.
  public var message: String {
    switch kind {
    case .containerExists: return "container with given ID already exists"
    case .containerDoesNotExist: return "container does not exist"
    default:
      guard let cause = storage.cause else { return storage.text }
      return sentence("%: %", storage.text, cause.message)
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
