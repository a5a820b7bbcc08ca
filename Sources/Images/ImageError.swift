// Why something about an image could not be done.

public import Linux
public import OCI

/// Why something about an image could not be done: what was being done, and what stood against it.
public struct ImageError: Error, Equatable, Sendable {
  /// What a caller can act upon; the texts are for people.
  public enum Reason: Equatable, Sendable {
    /// The text given by the user is no reference, digest or platform.
    case invalidInput
    /// A document or an archive of the image breaks its specification.
    case malformed
    /// Well-formed, but of a kind that is not taken.
    case unsupported
    /// More bytes, entries or levels than allowed.
    case limitExceeded
    /// Content that is not what its digest says.
    case digestMismatch
    case notFound
    /// Credentials are missing or were not accepted.
    case unauthorized
    /// The registry did not answer, or not as the protocol wants it.
    case unreachable
    /// Something else holds what would have to change.
    case inUse
    /// The kernel refused a call.
    case system(Errno)
    /// The store's own data is broken.
    case damaged
  }

  public let reason: Reason
  /// One sentence in lower case, without a full stop.
  public let message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  /// What was being done when a call failed.
  public init(_ doing: String, _ error: SystemCallError) {
    self.init(.system(error.errno), "\(doing): \(error.message)")
  }

  /// Which document is not as it should be.
  public init(_ document: String, _ error: SpecError) {
    self.init(.malformed, "\(document): \(error.message)")
  }

  /// The same reason with what was being done before it.
  func during(_ doing: String) -> ImageError { ImageError(reason, "\(doing): \(message)") }
}

/// Turns the error of a call into one that says what was being done.
func attempting<T: ~Copyable>(
  _ doing: @autoclosure () -> String, _ body: () throws(SystemCallError) -> T
) throws(ImageError) -> T {
  do throws(SystemCallError) {
    return try body()
  } catch {
    throw ImageError(doing(), error)
  }
}
