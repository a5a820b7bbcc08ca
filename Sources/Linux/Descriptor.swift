// A file descriptor with an owner.

internal import CShims

/// A file descriptor that is closed exactly once: by `close()`, by its last owner's end, or never after `release()`.
/// Always close-on-exec and never 0, 1 or 2 (see `StandardStreams.ensureOpen`).
public struct Descriptor: ~Copyable, Sendable {
  private var raw: Int32

  /// Takes the ownership of an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  /// The number, to be handed to a call while the descriptor is alive.
  public var number: Int32 { raw }

  /// Stands for the working directory where a call takes a directory (AT_FDCWD); it is never closed.
  public static let workingDirectory = Descriptor(owning: -100)

  deinit { Descriptor.end(raw) }

  /// Out of line: descriptors end in hundreds of places.
  @inline(never)
  private static func end(_ raw: Int32) {
    if raw >= 0 { checked(apus_close(raw)) }
  }

  /// Closes and reports what close(2) says, such as a delayed write error.
  /// Never retried: the number is gone either way.
  @inline(never)
  public consuming func close() throws(SystemCallError) {
    let result = apus_close(raw)
    raw = -1
    Descriptor.checked(result)
    if result < 0 && result != -Int64(Errno.interrupted.rawValue) {
      throw SystemCallError(call: "close", errno: Errno(rawValue: Int32(-result)))
    }
  }

  /// Gives the number away: the caller, or a program about to be executed, owns it from now on.
  public consuming func release() -> Int32 {
    let number = raw
    raw = -1
    return number
  }

  /// A bad number means that somebody else's descriptor was about to be closed: ending is the safe answer.
  private static func checked(_ result: Int64) {
    precondition(result != -Int64(Errno.badDescriptor.rawValue), "a descriptor was closed twice")
  }
}
