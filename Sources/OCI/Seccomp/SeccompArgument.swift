// One condition on a system call argument.

extension Seccomp {
  /// One condition on a system call argument.
  public struct Argument: JSONObject, Equatable, Sendable {
    /// 0 to 5.
    public var index: UInt32 = 0
    /// The value, or the mask for `maskedEqual`.
    public var value: UInt64 = 0
    /// The value after masking, for `maskedEqual`.
    public var valueTwo: UInt64 = 0
    public var comparison: Comparison = .equal

    public init() {}

    public init(index: UInt32, value: UInt64, valueTwo: UInt64 = 0, comparison: Comparison = .equal) {
      self.index = index
      self.value = value
      self.valueTwo = valueTwo
      self.comparison = comparison
    }

    public mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("index", &index, .required)
      try json.field("value", &value, .required)
      try json.field("valueTwo", &valueTwo)
      try json.field("op", &comparison, .required)
    }
  }
}
