// All hooks of a container.

/// All hooks of a container, in the order of their points in time (config.md, section POSIX-platform Hooks).
public struct Hooks: Equatable, Sendable {
  /// In the host's namespaces, before `createRuntime`; deprecated by the spec.
  public var prestart: [Hook] = []
  /// In the host's namespaces, before pivot_root.
  public var createRuntime: [Hook] = []
  /// In the container's namespaces, before pivot_root.
  public var createContainer: [Hook] = []
  /// In the container, before the user's process.
  public var startContainer: [Hook] = []
  /// In the host's namespaces, after the user's process has started.
  public var poststart: [Hook] = []
  /// In the host's namespaces, after the container is deleted.
  public var poststop: [Hook] = []

  public init() {}

  /// The names in config.json, in that order.
  public static let names: [String] = [
    "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
  ]
}
