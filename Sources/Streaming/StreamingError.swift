// Why streaming failed.

/// Why a streaming session or the server failed.
public struct StreamingError: Error, Equatable, Sendable {
  /// One sentence in lower case, without a full stop.
  public let message: String

  public init(_ message: String) { self.message = message }
}
