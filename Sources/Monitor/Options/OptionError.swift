// A command line that cannot be followed.

/// A command line that cannot be followed.
public enum OptionError: Error, Sendable {
  /// It cannot be read: an unknown option, or a missing or malformed argument.
  case unreadable(String)
  /// What it asks for is incomplete or contradicts itself. The sentences are those that callers of conmon know.
  case refused(String)

  public var message: String {
    switch self {
    case .unreadable(let text): "option parsing failed: " + text
    case .refused(let text): text
    }
  }
}
