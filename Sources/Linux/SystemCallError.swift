// A call that the kernel refused.

/// A call that the kernel refused: which call, on what, and why.
public struct SystemCallError: Error, Equatable, Sendable {
  /// The name of the call, as in its manual page.
  public let call: String
  /// The path or name that the call was about; empty when there is none.
  public let subject: String
  public let errno: Errno

  public init(call: String, subject: String = "", errno: Errno) {
    self.call = call
    self.subject = subject
    self.errno = errno
  }

  /// `<call> '<subject>': <strerror>`, or `<call>: <strerror>`.
  public var message: String {
    subject.isEmpty ? call + ": " + errno.message : call + " '" + subject + "': " + errno.message
  }
}
