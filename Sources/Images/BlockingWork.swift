// Work that blocks, kept away from the threads of tasks.

internal import Foundation

/// Runs what blocks on a thread of its own: the threads of tasks are as few as processors, and those of queues are
/// lent to tasks. How many run at once is bounded by the callers.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws(ImageError) -> Value
) async throws(ImageError) -> Value {
  let result: Result<Value, ImageError> = await withCheckedContinuation { continuation in
    Thread.detachNewThread {
      do throws(ImageError) { continuation.resume(returning: .success(try body())) } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
  return try result.get()
}
