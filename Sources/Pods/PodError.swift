// Why an operation on pods or containers failed.

public import Images
public import Linux

/// Why an operation on pods or containers failed.
public struct PodError: Error, Equatable, Sendable {
  /// What a caller can act upon.
  public enum Reason: String, Sendable {
    case notFound, alreadyExists, invalidArgument, failedPrecondition, unimplemented
    case unavailable, deadlineExceeded, exhausted, permissionDenied, cancelled, failed
  }

  public let reason: Reason
  /// One sentence in lower case, without a full stop.
  public let message: String

  public init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  public init(_ doing: String, _ error: SystemCallError) {
    let reason: Reason =
      switch error.errno {
      case .noSpace: .exhausted
      default: .failed
      }
    self.init(reason, "\(doing): \(error.message)")
  }

  public init(_ doing: String, _ error: ImageError) {
    let reason: Reason =
      switch error.reason {
      case .notFound: .notFound
      case .invalidInput: .invalidArgument
      case .unauthorized: .permissionDenied
      case .unreachable: .unavailable
      case .limitExceeded, .system(.noSpace): .exhausted
      case .inUse: .failedPrecondition
      default: .failed
      }
    self.init(reason, doing.isEmpty ? error.message : "\(doing): \(error.message)")
  }

  /// Whatever else was thrown: nothing in this module throws other types but what a library under it does.
  static func wrapping(_ error: any Error, _ doing: String) -> PodError {
    switch error {
    case let error as PodError: error
    case let error as SystemCallError: PodError(doing, error)
    case let error as ImageError: PodError(doing, error)
    case is CancellationError: PodError(.cancelled, "\(doing): the caller went away")
    default: PodError(.failed, "\(doing): \(error)")
    }
  }
}

/// Says what was being done when a call fails.
func attempting<T: ~Copyable>(
  _ doing: @autoclosure () -> String, _ body: () throws(SystemCallError) -> T
) throws(PodError) -> T {
  do throws(SystemCallError) { return try body() } catch { throw PodError(doing(), error) }
}
