// The CPUs of an exec.

/// The CPUs of an `exec`, as lists such as `0-3,7`; empty leaves them alone.
public struct CPUAffinity: JSONObject, Equatable, Sendable {
  /// While the runtime sets the process up, before it enters the cgroup.
  public var initial: String = ""
  /// For the process itself.
  public var final: String = ""

  public init() {}

  public init(initial: String = "", final: String = "") {
    self.initial = initial
    self.final = final
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("initial", &initial)
    try json.field("final", &final)
  }
}
