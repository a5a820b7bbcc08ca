// An expectation of the tests of this layer about values that cannot be copied.

import Testing

/// As the macro #expect, which cannot look into values that have one owner.
func expect(
  _ condition: Bool, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(condition, "\(comment)", sourceLocation: sourceLocation)
}
