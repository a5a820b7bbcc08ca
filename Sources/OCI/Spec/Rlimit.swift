// One resource limit.

/// One resource limit; 2^64 - 1 means unlimited (setrlimit(2)).
public struct Rlimit: JSONObject, Equatable, Sendable {
  public var kind: RlimitKind = .cpu
  public var hard: UInt64 = 0
  public var soft: UInt64 = 0

  public init() {}

  public init(kind: RlimitKind, soft: UInt64, hard: UInt64) {
    self.kind = kind
    self.soft = soft
    self.hard = hard
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("type", &kind, .required)
    try json.field("hard", &hard, .required)
    try json.field("soft", &soft, .required)
  }
}
