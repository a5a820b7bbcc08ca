// One hook.

/// A program which the runtime runs at one point of the life cycle, with the state on its standard input.
public struct Hook: JSONObject, Equatable, Sendable {
  /// Absolute.
  public var path: String = ""
  /// The whole argument vector; empty means the path alone.
  public var args: [String] = []
  /// The environment; absent means the one of the runtime, empty means none, as runc has it.
  public var env: [String]?
  /// After so many seconds the hook is killed and has failed.
  public var timeoutSeconds: Int64?

  public init() {}

  public init(path: String, args: [String] = [], env: [String]? = nil, timeoutSeconds: Int64? = nil) {
    self.path = path
    self.args = args
    self.env = env
    self.timeoutSeconds = timeoutSeconds
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("path", &path, .always)
    try json.field("args", &args)
    try json.field("env", &env)
    try json.field("timeout", &timeoutSeconds)
  }
}
