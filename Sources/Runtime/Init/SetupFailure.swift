// Why a step of the container's own process failed.

public import Linux

/// Why a step of the container's own process failed: thrown by everything that runs after the clone.
public indirect enum SetupFailure: Error, Equatable, Sendable {
  /// The kernel refused a call.
  case call(SystemCallError)
  /// We refuse to go on: what we found is unsafe or not what config.json says. One sentence without a full stop.
  case refused(String)

  public var message: String {
    switch self {
    case .call(let error): return error.message
    case .refused(let text): return text
    }
  }
}

/// Performs calls of the kernel as a part of a step.
public func calling<T: ~Copyable>(_ body: () throws(SystemCallError) -> T) throws(SetupFailure) -> T {
  do {
    return try body()
  } catch {
    throw .call(error)
  }
}
