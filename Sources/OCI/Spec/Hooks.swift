// All hooks of a container.

/// All hooks of a container, in the order of their points in time (config.md, section POSIX-platform Hooks).
public struct Hooks: JSONObject, Equatable, Sendable {
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

  public init(
    prestart: [Hook] = [],
    createRuntime: [Hook] = [],
    createContainer: [Hook] = [],
    startContainer: [Hook] = [],
    poststart: [Hook] = [],
    poststop: [Hook] = []
  ) {
    self.prestart = prestart
    self.createRuntime = createRuntime
    self.createContainer = createContainer
    self.startContainer = startContainer
    self.poststart = poststart
    self.poststop = poststop
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("prestart", &prestart)
    try json.field("createRuntime", &createRuntime)
    try json.field("createContainer", &createContainer)
    try json.field("startContainer", &startContainer)
    try json.field("poststart", &poststart)
    try json.field("poststop", &poststop)
  }

  /// The names in config.json, in that order.
  public static let names: [String] = [
    "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
  ]
}
