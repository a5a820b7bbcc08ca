// A call that the kernel refused.

/// A call that the kernel refused: which call, on what, and why.
/// One word, so that the many ways of an error through the program stay short in code.
public struct SystemCallError: Error, Equatable, Sendable {
  private let storage: Storage

  private final class Storage: Sendable {
    let call: String
    let subject: String
    let errno: Errno

    init(_ call: String, _ subject: String, _ errno: Errno) {
      (self.call, self.subject, self.errno) = (call, subject, errno)
    }
  }

  @inline(never)
  public init(call: String, subject: String = "", errno: Errno) {
    storage = Storage(call, subject, errno)
  }

  /// The name of the call, as in its manual page.
  public var call: String { storage.call }
  /// The path or name that the call was about; empty when there is none.
  public var subject: String { storage.subject }
  public var errno: Errno { storage.errno }

  public static func == (left: SystemCallError, right: SystemCallError) -> Bool {
    left.errno == right.errno && left.call.utf8.elementsEqual(right.call.utf8)
      && left.subject.utf8.elementsEqual(right.subject.utf8)
  }

  /// `<call> '<subject>': <strerror>`, or `<call>: <strerror>`.
  public var message: String {
    subject.isEmpty ? call + ": " + errno.message : call + " '" + subject + "': " + errno.message
  }
}
