// Cache and memory bandwidth control.

/// Cache and memory bandwidth control through resctrl (config-linux.md, section IntelRdt).
public struct IntelRDT: Equatable, Sendable {
  /// The class of service, empty for one named after the container.
  public var closID: String = ""
  /// Lines for the schemata file; they win over the next two.
  public var schemata: [String] = []
  public var l3CacheSchema: String = ""
  public var memBwSchema: String = ""
  /// Whether the container gets a monitoring group of its own.
  public var enableMonitoring: Bool = false

  public init() {}
}
