// A condition on an argument of a system call.

internal import OCI

/// A condition on an argument of a system call.
struct SeccompCondition: Equatable {
  /// The index of the argument, 0 to 5.
  let argument: UInt32
  let comparison: OCI.Seccomp.Comparison
  let value: UInt64
  /// The bits that count; all but for `maskedEqual`.
  var mask = UInt64.max

  /// The test of a filter that decides on it: the condition is met when that test holds, or when it does not.
  var test: (comparison: OCI.Seccomp.Comparison, meets: Bool) {
    switch comparison {
    case .notEqual: return (.equal, false)
    case .less: return (.greaterOrEqual, false)
    case .lessOrEqual: return (.greater, false)
    default: return (comparison, true)
    }
  }
}

extension SeccompCondition {
  init(_ test: OCI.Seccomp.Argument) {
    let isMasked = test.comparison == .maskedEqual
    self.init(
      argument: test.index, comparison: test.comparison, value: isMasked ? test.valueTwo : test.value,
      mask: isMasked ? test.value : .max)
  }
}
