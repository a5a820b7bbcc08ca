// What a caller wants otherwise than the image.

/// What a caller wants otherwise than the image.
public struct ContainerOverrides: Equatable, Sendable {
  /// Replaces the entry point, and drops the image's command, which was meant for the other one.
  public var entrypoint: [String]?
  /// Replaces the command.
  public var command: [String] = []
  /// `NAME=value`, in addition to the image's.
  public var environment: [String] = []
  public var workingDirectory: String?
  public var user: String?
  public var hasTerminal = false

  public init() {}
}
