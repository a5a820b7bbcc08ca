// What can go wrong between a pod and its network.

public import Linux

/// A failed operation of a network, with a sentence that names the thing and the reason.
public struct NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// There is no network to attach to.
    case notReady
    /// A configuration file says something that cannot be.
    case configuration
    /// The caller asked for something that cannot be.
    case request
    /// A plugin answered with an error; codes below 100 are the specification's, 0 stands for none.
    case plugin(code: Int)
    /// A plugin was killed since it took too long.
    case timeout
    /// A plugin's answer cannot be understood.
    case answer
    /// The kernel refused a call.
    case system(Errno)
  }

  public let kind: Kind
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  init(_ doing: String, _ error: SystemCallError) {
    self.init(.system(error.errno), "\(doing): \(error.message)")
  }

  /// The same error with what was being done before it.
  func during(_ doing: String) -> NetworkError { NetworkError(kind, "\(doing): \(message)") }

  public var description: String { message }
}

/// Runs calls of the kernel and says what they were for.
func naming<T: ~Copyable>(
  _ doing: @autoclosure () -> String, _ body: () throws(SystemCallError) -> T
) throws(NetworkError) -> T {
  do {
    return try body()
  } catch {
    throw NetworkError(doing(), error)
  }
}
