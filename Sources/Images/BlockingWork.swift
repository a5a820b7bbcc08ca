// Work that blocks, kept away from the threads of tasks.

internal import Foundation

/// Runs what blocks on a thread of its own: the threads of tasks are as few as processors, and those of queues are
/// lent to tasks. How many run at once is bounded by the callers.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws(ImageError) -> Value
) async throws(ImageError) -> Value {
  let work = Handover(body)
  let result: Result<Value, ImageError> = await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: perform(work)) }
  }
  return try result.get()
}

/// The work lets go of what it holds, such as a lease, before whoever waits for it goes on; the thread ends later.
private func perform<Value>(
  _ work: Handover<@Sendable () throws(ImageError) -> Value>
) -> Result<Value, ImageError> {
  do throws(ImageError) { return .success(try work.take()()) } catch { return .failure(error) }
}
