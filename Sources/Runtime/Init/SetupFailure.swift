// Why a step of the container's own process failed.

public import Linux

/// Why a step of the container's own process failed: thrown by everything that runs after the clone.
/// A refusal of ours is kept as a call without a number, so that a refused call passes through as it is.
public struct SetupFailure: Error, Equatable, Sendable {
  /// The call that the kernel refused; with the number 0 the subject is a sentence of ours.
  let error: SystemCallError

  /// The kernel refused a call.
  public static func call(_ error: SystemCallError) -> SetupFailure { SetupFailure(error: error) }

  /// We refuse to go on: what we found is unsafe or not what config.json says. One sentence without a full stop.
  @inline(never)
  public static func refused(_ text: String) -> SetupFailure {
    SetupFailure(error: SystemCallError(call: "", subject: text, errno: Errno(rawValue: 0)))
  }

  public var message: String { error.errno.rawValue == 0 ? error.subject : error.message }
}

/// Performs calls of the kernel as a part of a step.
public func calling<T: ~Copyable>(_ body: () throws(SystemCallError) -> T) throws(SetupFailure) -> T {
  do {
    return try body()
  } catch {
    throw .call(error)
  }
}
