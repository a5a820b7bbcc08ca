// Which calls there were, for the administrator.

internal import GRPCCore
internal import Pods

/// Tells the administrator of calls that failed, and in detail of all others; that something is not there is an
/// everyday answer. What a call carries is never told: there are passwords among it.
struct CallLog: ServerInterceptor {
  let report: Report

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    let begin = ContinuousClock.now
    do {
      let response = try await next(request, context)
      switch response.accepted {
      case .success: tell(nil, context, since: begin)
      case .failure(let error): tell(error, context, since: begin)
      }
      return response
    } catch {
      if let error = error as? RPCError { tell(error, context, since: begin) }
      throw error
    }
  }

  private func tell(_ error: RPCError?, _ context: ServerContext, since begin: ContinuousClock.Instant) {
    let (seconds, attoseconds) = (ContinuousClock.now - begin).components
    var fields = [
      "call": context.descriptor.method, "ms": String(seconds * 1000 + attoseconds / 1_000_000_000_000_000),
    ]
    guard let error else { return report("served", fields, weight: .detail) }
    fields["code"] = "\(error.code)"
    report(error.message, fields, weight: error.code == .notFound ? .detail : .warning)
  }
}
