// What failed, for the administrator.

internal import GRPCCore

/// Tells the administrator of calls that failed; that something is not there is an everyday answer.
struct CallLog: ServerInterceptor {
  let report: @Sendable (String) -> Void

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    let begin = ContinuousClock.now
    do {
      let response = try await next(request, context)
      if case .failure(let error) = response.accepted { tell(error, context, since: begin) }
      return response
    } catch {
      if let error = error as? RPCError { tell(error, context, since: begin) }
      throw error
    }
  }

  private func tell(_ error: RPCError, _ context: ServerContext, since begin: ContinuousClock.Instant) {
    guard error.code != .notFound else { return }
    let time = ContinuousClock.now - begin
    report("\(context.descriptor.method) failed after \(time): \(error.code): \(error.message)")
  }
}
