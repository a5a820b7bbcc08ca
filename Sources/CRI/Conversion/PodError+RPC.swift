// Failures as callers read them.

internal import GRPCCore
internal import Pods

extension PodError {
  /// The code that callers act upon.
  var code: RPCError.Code {
    switch reason {
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .invalidArgument: .invalidArgument
    case .failedPrecondition: .failedPrecondition
    case .unimplemented: .unimplemented
    case .unavailable: .unavailable
    case .deadlineExceeded: .deadlineExceeded
    case .exhausted: .resourceExhausted
    case .permissionDenied: .permissionDenied
    case .cancelled: .cancelled
    case .failed: .unknown
    }
  }
}

/// Runs the body of a call and gives its failures their codes. The body's task is cancelled when the caller goes away,
/// its deadline ends or the server stops: gRPC itself only tells (withRPCCancellationHandler).
func answering<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws(RPCError) -> T {
  do {
    let task = Task { try await body() }
    return try await withRPCCancellationHandler {
      try await task.value
    } onCancelRPC: {
      task.cancel()
    }
  } catch let error as RPCError {
    throw error
  } catch let error as PodError {
    throw RPCError(code: error.code, message: error.message)
  } catch is CancellationError {
    throw RPCError(code: .cancelled, message: "the caller went away")
  } catch {
    throw RPCError(code: .internalError, message: "\(error)")
  }
}
